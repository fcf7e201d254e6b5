/**
 * What a tenant may send in a minute, in events and in bytes: a sliding window, estimated from two fixed minutes of
 * the UTC clock by weighing the previous one with what is left of it in the window (as Cloudflare describes it in "How
 * we built rate limiting capable of scaling to millions of domains"). Pure: Redis keeps the counts, or `localCounts`.
 */

/** `unlimited` is said, never assumed; 0 blocks. */
export type Limit = number | 'unlimited'

export type Limits = { readonly eventsPerMinute: Limit; readonly bytesPerMinute: Limit }

/** What was let through in this minute and in the one before it. */
export type Counts = {
  readonly events: number
  readonly bytes: number
  readonly eventsBefore: number
  readonly bytesBefore: number
}

export const noCounts: Counts = { events: 0, bytes: 0, eventsBefore: 0, bytesBefore: 0 }

/** A tenant's limits and how much of them was used, at one instant. */
export type Quota = { readonly limits: Limits; readonly counts: Counts; readonly nowMs: number }

const minuteMs = 60_000

export const minuteOf = (nowMs: number): number => Math.floor(nowMs / minuteMs)

export const isUnlimited = (limits: Limits): boolean =>
  limits.eventsPerMinute === 'unlimited' && limits.bytesPerMinute === 'unlimited'

/** How much of the previous minute still lies in the window: 1 at a minute's beginning, near 0 at its end. */
export const weightOfMinuteBefore = (nowMs: number): number => 1 - (nowMs % minuteMs) / minuteMs

/**
 * The same at a later instant, when nothing was let through since: what was counted in its minute may by then be of the
 * minute before.
 */
export function quotaAt({ limits, counts, nowMs }: Quota, laterMs: number): Quota {
  const minutes = minuteOf(laterMs) - minuteOf(nowMs)
  if (minutes <= 0) return { limits, counts, nowMs: laterMs }
  const { events: eventsBefore, bytes: bytesBefore } = minutes === 1 ? counts : noCounts
  return { limits, counts: { ...noCounts, eventsBefore, bytesBefore }, nowMs: laterMs }
}

/** Whether one more event of so many bytes fits. */
export const fits = (quota: Quota, bytes: number): boolean =>
  eventFits(quota) && bytesFit(quota, bytes)

function eventFits({ limits: { eventsPerMinute }, counts, nowMs }: Quota): boolean {
  if (eventsPerMinute === 'unlimited') return true
  return counts.eventsBefore * weightOfMinuteBefore(nowMs) + counts.events + 1 <= eventsPerMinute
}

function bytesFit({ limits: { bytesPerMinute }, counts, nowMs }: Quota, bytes: number): boolean {
  if (bytesPerMinute === 'unlimited') return true
  return counts.bytesBefore * weightOfMinuteBefore(nowMs) + counts.bytes + bytes <= bytesPerMinute
}

/** Whole seconds, 1 to 120, until so many bytes more fit, in so many events; 60 when they never will. */
export function secondsUntilFits(
  { limits, counts, nowMs }: Quota,
  bytes: number,
  events = 1,
): number {
  const left = minuteMs - (nowMs % minuteMs)
  const until = (limit: Limit, now: number, before: number, more: number): number => {
    if (limit === 'unlimited') return 0
    const room = limit - more
    if (room < 0) return minuteMs
    // In this minute the weight of the previous one falls to 0; in the next one, that of this minute.
    if (now <= room)
      return before * (left / minuteMs) <= room - now
        ? 0
        : left - (minuteMs * (room - now)) / before
    return left + minuteMs * (1 - room / now)
  }
  const wait = Math.max(
    until(limits.eventsPerMinute, counts.events, counts.eventsBefore, events),
    until(limits.bytesPerMinute, counts.bytes, counts.bytesBefore, bytes),
  )
  return Math.max(1, Math.ceil(wait / 1000))
}

/** A policy as its fields name it: draft-ietf-httpapi-ratelimit-headers, whose default unit is requests. */
type Policy = 'events' | 'bytes'

/** The policies under which one more event of so many bytes does not fit. */
export const violatedPolicies = (quota: Quota, bytes: number): readonly Policy[] => [
  ...(eventFits(quota) ? [] : (['events'] as const)),
  ...(bytesFit(quota, bytes) ? [] : (['bytes'] as const)),
]

/** Why an event of so many bytes will not fit in any minute; undefined when it will. */
export function whyNever({ limits }: Quota, bytes: number): string | undefined {
  const { eventsPerMinute, bytesPerMinute } = limits
  if (eventsPerMinute === 0 || bytesPerMinute === 0) return 'The quota of this tenant is 0'
  if (bytesPerMinute !== 'unlimited' && bytes > bytesPerMinute)
    return `The event is larger than the quota of a minute, ${bytesPerMinute} bytes`
  return undefined
}

/**
 * `RateLimit-Policy` and `RateLimit`, as draft-ietf-httpapi-ratelimit-headers-10 has them. None for an unlimited
 * tenant: there is no policy to state. Beside a `Retry-After` no reset is told that is later than it.
 */
export function quotaHeaders(
  quota: Quota,
  retryAfterSeconds = Number.POSITIVE_INFINITY,
): readonly (readonly [string, string])[] {
  const { limits, counts, nowMs } = quota
  const weight = weightOfMinuteBefore(nowMs)
  const policies: string[] = []
  const states: string[] = []
  const state = (name: Policy, limit: Limit, used: number, unit: string) => {
    if (limit === 'unlimited') return
    const remaining = Math.max(0, Math.floor(limit - used))
    const reset = remaining > 0 ? secondsLeft(nowMs) : secondsUntilFits(quota, 1)
    policies.push(`"${name}";q=${limit};w=60${unit}`)
    states.push(`"${name}";r=${remaining}${reset > retryAfterSeconds ? '' : `;t=${reset}`}`)
  }
  const { eventsPerMinute, bytesPerMinute } = limits
  state('events', eventsPerMinute, counts.eventsBefore * weight + counts.events, '')
  state('bytes', bytesPerMinute, counts.bytesBefore * weight + counts.bytes, contentBytes)
  if (policies.length === 0) return []
  return [
    ['RateLimit-Policy', policies.join(', ')],
    ['RateLimit', states.join(', ')],
  ]
}

const contentBytes = ';qu="content-bytes"'

const secondsLeft = (nowMs: number): number => Math.ceil((minuteMs - (nowMs % minuteMs)) / 1000)
