/**
 * The first layer of idempotency: a claim in Redis on (tenant, key), taken with the quota in one call.
 * Promises: while Redis keeps it, one request at a time produces a key, and a repeat learns the first request's id.
 * Refuses to decide what the absence of Redis means: it answers `unavailable`, and the ledger removes the repeats.
 */
import { minuteOf } from './quota.ts'
import type { Redis } from './redis.ts'
import { claimLeaseMs } from './timing.ts'

export type Claim = {
  readonly tenantId: string
  readonly idempotencyKey: string
  readonly requestId: string
  readonly fingerprint: string
}

export type Taken =
  /** The claim is this request's: produce. */
  | { readonly kind: 'taken'; readonly used: number }
  /** The event is in Kafka since the request with this id. */
  | { readonly kind: 'done'; readonly used: number; readonly requestId: string }
  /** Another request holds the claim, for the same event. */
  | { readonly kind: 'pending'; readonly used: number }
  /** The key belongs to another event. */
  | { readonly kind: 'reused'; readonly used: number }
  /** Over the quota: no claim was looked at. */
  | { readonly kind: 'limited'; readonly used: number }
  /** Counted against the quota; no claim was asked for. */
  | { readonly kind: 'counted'; readonly used: number }
  /** Redis did not answer. It may have taken the claim all the same; the lease ends that. */
  | { readonly kind: 'unavailable' }

export type Claims = {
  /** Counts one event, and takes the claim unless it is undefined. `limit` -1 is unlimited. */
  take(tenantId: string, claim: Claim | undefined, limit: number, nowMs: number): Promise<Taken>
  /** The broker has acknowledged the event. */
  confirm(claim: Claim): Promise<void>
  /** The event is definitely not in Kafka. */
  release(claim: Claim): Promise<void>
}

export function makeClaims(redis: Redis, config: { doneTtlSeconds: number }): Claims {
  return {
    async take(tenantId, claim, limit, nowMs) {
      const keys = [`rl:${tenantId}:${minuteOf(nowMs)}`, claim ? claimKey(claim) : '']
      const { requestId = '', fingerprint = '' } = claim ?? {}
      const values = [String(limit), requestId, fingerprint, String(claimLeaseMs)]
      return readTaken(await redis.run('take', keys, values))
    },
    async confirm(claim) {
      const values = [claim.requestId, claim.fingerprint, String(config.doneTtlSeconds)]
      await redis.run('confirm', [claimKey(claim)], values)
    },
    async release(claim) {
      await redis.run('release', [claimKey(claim)], [claim.requestId, claim.fingerprint])
    },
  }
}

const claimKey = (claim: Claim): string => `idem:${claim.tenantId}:${claim.idempotencyKey}`

function readTaken(reply: unknown): Taken {
  if (!Array.isArray(reply)) return { kind: 'unavailable' }
  const [kind, used, requestId] = reply
  switch (kind) {
    case 'done':
      return { kind, used, requestId }
    case 'taken':
    case 'pending':
    case 'reused':
    case 'limited':
    case 'counted':
      return { kind, used }
    default:
      throw new Error(`take.lua answered ${String(kind)}`)
  }
}
