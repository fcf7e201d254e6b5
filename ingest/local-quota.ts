import { type Counts, fits, type Limits, minuteOf, noCounts } from './quota.ts'

/**
 * Counts in this process alone, for as long as Redis cannot: each process then allows the whole limit. Keeps two minutes
 * for each tenant that sent something in them.
 */
export type LocalQuota = {
  /** Counts each event that still fits, in order; says which did, and the counts afterwards. */
  count(
    tenantId: string,
    limits: Limits,
    sizes: readonly number[],
    nowMs: number,
  ): { readonly fit: readonly boolean[]; readonly counts: Counts }
}

export function localQuota(): LocalQuota {
  let minute = -1
  let now = new Map<string, { events: number; bytes: number }>()
  let before: typeof now = new Map()

  return {
    count(tenantId, limits, sizes, nowMs) {
      const asked = minuteOf(nowMs)
      if (asked !== minute) {
        before = asked === minute + 1 ? now : new Map()
        now = new Map()
        minute = asked
      }
      const last = before.get(tenantId)
      let counts: Counts = {
        ...noCounts,
        ...now.get(tenantId),
        eventsBefore: last?.events ?? 0,
        bytesBefore: last?.bytes ?? 0,
      }
      const fit = sizes.map((bytes) => {
        if (!fits({ limits, counts, nowMs }, bytes)) return false
        counts = { ...counts, events: counts.events + 1, bytes: counts.bytes + bytes }
        return true
      })
      now.set(tenantId, { events: counts.events, bytes: counts.bytes })
      return { fit, counts }
    },
  }
}
