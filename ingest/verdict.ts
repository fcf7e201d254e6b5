/** What becomes of an event at the door, whichever door it came through: pure. */
import type { Finding } from '../contracts/envelope.ts'
import type { RejectionCode } from '../contracts/rejections.ts'
import type { Acceptable, Refused } from './accept.ts'
import type { Taken } from './claims.ts'
import type { Delivery } from './produce.ts'
import { type Quota, secondsUntilFits, violatedPolicies, whyNever } from './quota.ts'
import type { Refusal } from './refusal.ts'
import type { Stranger } from './tenants.ts'

export type Accepted = {
  readonly kind: 'accepted'
  /** Of the request that brought the event in: a repeat learns the first one's. */
  readonly requestId: string
  readonly duplicate: boolean
  readonly warnings: readonly Finding[]
}

export type Rejected = Refusal & { readonly kind: 'rejected' }

/** The quota is undefined where none was asked for. */
export type Verdict = (Accepted | Rejected) & { readonly quota: Quota | undefined }

/** In metrics and log lines. */
export const nameOf = (verdict: Verdict): 'accepted' | 'duplicate' | RejectionCode => {
  if (verdict.kind === 'rejected') return verdict.code
  return verdict.duplicate ? 'duplicate' : 'accepted'
}

/** What a verdict's findings have of bytes in UTF-8, without what a message has around them. */
export function bytesFound(verdict: Verdict): number {
  const found = verdict.kind === 'accepted' ? verdict.warnings : (verdict.findings ?? [])
  let bytes = 0
  for (const { path, message } of found)
    bytes += aroundFinding + Buffer.byteLength(path) + Buffer.byteLength(message)
  return bytes
}

/** The code of a finding, and the names of its members. */
const aroundFinding = 64

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

export function overQuota(quota: Quota, bytes: number): Verdict {
  const never = whyNever(quota, bytes)
  return {
    ...rejected('RATE_LIMITED', quota, secondsUntilFits(quota, bytes)),
    violatedPolicies: violatedPolicies(quota, bytes),
    ...(never === undefined ? {} : { message: never }),
  }
}

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
): Rejected & { quota: Quota | undefined } => ({
  kind: 'rejected',
  code,
  quota,
  ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
})

/** What every door says where there is no tenant. Not to know yet is no refusal of the key. */
export const strangers: Readonly<Record<Stranger, Refusal>> = {
  unknown: { code: 'UNAUTHORIZED' },
  'not loaded': {
    code: 'UNAVAILABLE',
    message: 'Tenants and keys are not loaded yet',
    retryAfterSeconds: 1,
  },
}

/** It could not be done, for no fault of the event's. */
export const unavailable: Verdict = rejected('UNAVAILABLE', undefined, 1)

/** More is under way than fits. */
export const overloaded = rejected('OVERLOADED', undefined, 1)
