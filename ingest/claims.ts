/**
 * The first layer of idempotency: claims in Redis on (tenant, key), taken together with the quota, many in one call.
 * Promises: while Redis keeps it, one request at a time produces a key, and a repeat learns the first request's id.
 * Refuses to decide what the absence of Redis means: it says so, and the ledger removes the repeats.
 */
import { type Counts, isUnlimited, type Limit, minuteOf, weightOfMinuteBefore } from './quota.ts'
import type { Redis } from './redis.ts'
import type { Tenant } from './tenants.ts'
import { claimLeaseMs } from './timing.ts'

export type Claim = {
  readonly tenantId: string
  readonly idempotencyKey: string
  readonly requestId: string
  readonly fingerprint: string
}

/** An event that asks to be let in. Without a claim it is only counted. */
export type Asking = { readonly claim: Claim | undefined; readonly bytes: number }

export type Taken =
  /** The claim is this request's: produce. */
  | { readonly kind: 'taken' }
  /** The event is in Kafka since the request with this id. */
  | { readonly kind: 'done'; readonly requestId: string }
  /** Another request holds the claim, for the same event. */
  | { readonly kind: 'pending' }
  /** The key belongs to another event. */
  | { readonly kind: 'reused' }
  /** Over a limit: not counted, no claim was looked at. */
  | { readonly kind: 'limited' }
  /** Counted; no claim was asked for. */
  | { readonly kind: 'counted' }
  /** Redis has no say: it did not answer, though it may have taken the claim, or the key holds what is no claim. */
  | { readonly kind: 'unavailable' }

/** What comes of each, and the tenant's counts afterwards. */
export type LetIn = { readonly taken: readonly Taken[]; readonly counts: Counts }

/** Redis did not answer, though it may have taken the claims; or it was not asked for any. */
export type NoAnswer = 'silence' | 'unasked'

export type Claims = {
  /** Lets one tenant's events in, in order. Never rejects. */
  take(tenant: Tenant, asking: readonly Asking[], nowMs: number): Promise<LetIn | NoAnswer>
  /** The broker has acknowledged the events. False when Redis did not hear it; saying it again does no harm. */
  confirm(claims: readonly Claim[]): Promise<boolean>
  /** The events are definitely not in Kafka. False when Redis did not hear it; saying it again does no harm. */
  release(claims: readonly Claim[]): Promise<boolean>
}

export function makeClaims(redis: Redis, config: { doneTtlSeconds: number }): Claims {
  return {
    async take(tenant, asking, nowMs) {
      const { id, limits } = tenant
      // Nobody asks how much of no limit is used, so that costs nothing.
      const counters = isUnlimited(limits) ? noCounters : counterKeys(id, minuteOf(nowMs))
      const keys = [...counters]
      const values = [
        limitArgument(limits.eventsPerMinute),
        limitArgument(limits.bytesPerMinute),
        weightOfMinuteBefore(nowMs).toFixed(6),
        String(claimLeaseMs),
      ]
      for (const { claim } of asking) {
        keys.push(claim === undefined ? '' : claimKey(claim))
        values.push(claim === undefined ? '' : holder(claim))
      }
      if (limits.bytesPerMinute !== 'unlimited')
        for (const { bytes } of asking) values.push(String(bytes))
      const reply = await redis.run('take', keys, values)
      return reply.is === 'answer' ? readTaken(reply.value as TakeReply, asking) : reply.is
    },
    async confirm(claims) {
      const values = [String(config.doneTtlSeconds), String(claimLeaseMs), ...claims.map(holder)]
      return (await redis.run('confirm', claims.map(claimKey), values)).is === 'answer'
    },
    async release(claims) {
      return (await redis.run('release', claims.map(claimKey), claims.map(holder))).is === 'answer'
    },
  }
}

const noCounters = ['', '', '', '']

const counterKeys = (tenantId: string, minute: number): readonly string[] => [
  `rl:${tenantId}:${minute}`,
  `rl:${tenantId}:${minute - 1}`,
  `rl:${tenantId}:${minute}:bytes`,
  `rl:${tenantId}:${minute - 1}:bytes`,
]

const limitArgument = (limit: Limit): string => (limit === 'unlimited' ? '-1' : String(limit))

const claimKey = (claim: Claim): string => `idem:${claim.tenantId}:${claim.idempotencyKey}`
const holder = (claim: Claim): string => `${claim.requestId} ${claim.fingerprint}`

/** What take.lua returns. */
type TakeReply = [number, number, number, number, (number | string)[]]

const limited: Taken = { kind: 'limited' }
const taken: Taken = { kind: 'taken' }
const counted: Taken = { kind: 'counted' }
const pending: Taken = { kind: 'pending' }
const reused: Taken = { kind: 'reused' }
const unavailable: Taken = { kind: 'unavailable' }
const byNumber: readonly Taken[] = [limited, taken, counted, unavailable]

function readTaken(reply: TakeReply, asking: readonly Asking[]): LetIn {
  const [events, bytes, eventsBefore, bytesBefore, each] = reply
  return {
    counts: { events, bytes, eventsBefore, bytesBefore },
    taken: each.map((one, i) =>
      typeof one === 'number' ? (byNumber[one] ?? counted) : readHeld(one, asking[i]?.claim),
    ),
  }
}

/** `pending` or `done`, request id and fingerprint of who holds a claim; anything else is no claim. */
function readHeld(held: string, claim: Claim | undefined): Taken {
  const [state, requestId, fingerprint] = held.split(' ')
  if (requestId === undefined || fingerprint === undefined) return unavailable
  if (state !== 'pending' && state !== 'done') return unavailable
  if (fingerprint !== claim?.fingerprint) return reused
  return state === 'done' ? { kind: 'done', requestId } : pending
}
