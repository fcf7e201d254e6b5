/**
 * A tenant's events a minute: fixed minutes of the UTC clock, counted in Redis and, without Redis, in this process.
 * Pure but for the counter that `localQuota` keeps.
 */
export type Quota = {
  /** Events allowed a minute, or unlimited. */
  readonly limit: number | 'unlimited'
  /** Events counted in this minute, the one at hand included. */
  readonly used: number
  /** Seconds until the next minute begins, 1 to 60. */
  readonly resetSeconds: number
}

export const minuteOf = (nowMs: number): number => Math.floor(nowMs / 60_000)

export const secondsLeft = (nowMs: number): number => 60 - Math.floor((nowMs % 60_000) / 1000)

export const isExceeded = (quota: Quota): boolean =>
  quota.limit !== 'unlimited' && quota.used > quota.limit

/**
 * `RateLimit-Policy` and `RateLimit`, as draft-ietf-httpapi-ratelimit-headers of 2025 has them. None for an
 * unlimited tenant: there is no policy to state.
 */
export function quotaHeaders(quota: Quota): readonly (readonly [string, string])[] {
  if (quota.limit === 'unlimited') return []
  const remaining = Math.max(0, quota.limit - quota.used)
  return [
    ['RateLimit-Policy', `"minute";q=${quota.limit};w=60`],
    ['RateLimit', `"minute";r=${remaining};t=${quota.resetSeconds}`],
  ]
}

/** Counts in this process alone, for as long as Redis cannot: each ingest then allows the whole limit. */
export function localQuota(): (tenantId: string, nowMs: number) => number {
  let minute = -1
  let counts = new Map<string, number>()
  return (tenantId, nowMs) => {
    if (minuteOf(nowMs) !== minute) {
      minute = minuteOf(nowMs)
      counts = new Map()
    }
    const used = (counts.get(tenantId) ?? 0) + 1
    counts.set(tenantId, used)
    return used
  }
}
