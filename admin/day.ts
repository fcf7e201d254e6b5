/** The last day by quarter of an hour and by tenant, from its counts. Pure. */
import type { TenantCounts, VolumePoint } from '../views/facts.ts'
import type { DayCount } from './queries/day-counts.ts'

const quarterMs = 15 * 60_000
const quarters = 96
const mostTenants = 20

/** When the first of the last 96 whole quarters of an hour began. */
export function dayStart(now: Date): Date {
  const end = now.getTime() - (now.getTime() % quarterMs)
  return new Date(end - quarters * quarterMs)
}

/** Every whole quarter since then, those without events too; the current one is not over. */
export function dayVolume(counts: readonly DayCount[], since: Date): readonly VolumePoint[] {
  const byStart = new Map(
    counts.flatMap((count) => (count.at ? [[count.at.getTime(), count]] : [])),
  )
  return Array.from({ length: quarters }, (_, i) => {
    const start = since.getTime() + i * quarterMs
    const { stored, dead } = byStart.get(start) ?? { stored: 0, dead: 0 }
    return { at: new Date(start), stored, dead }
  })
}

/** The tenants with the most events, with what ingest refused of them; `refused` null: ingest does not tell. */
export function dayTenants(
  counts: readonly DayCount[],
  refused: ReadonlyMap<string, { readonly limited: number; readonly refused: number }> | null,
): readonly TenantCounts[] {
  const none = { limited: 0, refused: 0 }
  const seen = counts.flatMap(({ tenantId, stored, duplicate, dead }) =>
    tenantId === null ? [] : [{ tenantId, stored, duplicate, dead }],
  )
  const onlyRefused = [...(refused?.keys() ?? [])].filter(
    (tenantId) => !seen.some((one) => one.tenantId === tenantId),
  )
  const all = [
    ...seen,
    ...onlyRefused.map((tenantId) => ({ tenantId, stored: 0, duplicate: 0, dead: 0 })),
  ]
  return all
    .map((one) => ({
      ...one,
      ...(refused === null
        ? { limited: null, refused: null }
        : (refused.get(one.tenantId) ?? none)),
    }))
    .sort((a, b) => b.stored - a.stored || b.dead - a.dead || (a.tenantId < b.tenantId ? -1 : 1))
    .slice(0, mostTenants)
}
