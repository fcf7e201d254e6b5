/** What becomes of an event at the door, whichever door it came through: pure. */
import type { Finding } from '../contracts/envelope.ts'
import type { RejectionCode } from '../contracts/rejections.ts'
import type { Acceptable, Refused } from './accept.ts'
import type { Taken } from './claims.ts'
import type { Delivery } from './produce.ts'
import { type Quota, secondsUntilFits } from './quota.ts'

export type Accepted = {
  readonly kind: 'accepted'
  /** Of the request that brought the event in: a repeat learns the first one's. */
  readonly requestId: string
  readonly duplicate: boolean
  readonly warnings: readonly Finding[]
}

export type Rejected = {
  readonly kind: 'rejected'
  readonly code: RejectionCode
  /** Replaces the code's own sentence where more can be said. */
  readonly message?: string
  /** When repeating the call with the same key may help. */
  readonly retryAfterSeconds?: number
  readonly findings?: readonly Finding[]
}

/** The quota is undefined where none was asked for. */
export type Verdict = (Accepted | Rejected) & { readonly quota: Quota | undefined }

/** In metrics and log lines. */
export const nameOf = (verdict: Verdict): 'accepted' | 'duplicate' | RejectionCode => {
  if (verdict.kind === 'rejected') return verdict.code
  return verdict.duplicate ? 'duplicate' : 'accepted'
}

type Judged = {
  readonly requestId: string
  readonly decision: Acceptable | Refused
  readonly bytes: number
}

/** What is known once quota and claim are: a verdict, or that an acceptable event has to be produced. */
export function onClaim(taken: Taken, event: Judged, quota: Quota): Verdict | 'produce' {
  if (taken.kind === 'limited') return overQuota(quota, event.bytes)
  if (event.decision.kind === 'refused') return { ...event.decision, kind: 'rejected', quota }
  if (taken.kind === 'done') return accepted(event.decision, taken.requestId, true, quota)
  if (taken.kind === 'pending') return rejected('IN_FLIGHT', quota, 1)
  if (taken.kind === 'reused') return rejected('IDEMPOTENCY_KEY_REUSED', quota)
  return 'produce'
}

/** What the broker's report means for the producer of an event that was acceptable. */
export function onDelivery(delivery: Delivery, event: Judged, quota: Quota | undefined): Verdict {
  if (delivery.kind === 'failed') return rejected('UNAVAILABLE', quota, 1)
  if (delivery.kind === 'unknown' || event.decision.kind === 'refused') return unconfirmed(quota)
  return accepted(event.decision, event.requestId, false, quota)
}

/** The answer deadline has passed, or nobody knows what became of the record. */
export const unconfirmed = (quota: Quota | undefined): Verdict => rejected('UNCONFIRMED', quota, 5)

export const overQuota = (quota: Quota, bytes: number): Verdict =>
  rejected('RATE_LIMITED', quota, secondsUntilFits(quota, bytes))

const accepted = (
  { warnings }: Acceptable,
  requestId: string,
  duplicate: boolean,
  quota: Quota | undefined,
): Verdict => ({ kind: 'accepted', requestId, duplicate, warnings, quota })

const rejected = (
  code: RejectionCode,
  quota: Quota | undefined,
  retryAfterSeconds?: number,
): Verdict => ({
  kind: 'rejected',
  code,
  quota,
  ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
})

/** More is under way than fits. */
export const overloaded: Verdict = rejected('OVERLOADED', undefined, 1)
