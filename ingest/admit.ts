/**
 * The way of one event through the door, in the order in which things become true:
 * quota and claim -> record in Kafka -> claim done -> answer. Every door runs this.
 * Promises: `accepted` without `duplicate` only after the broker's ack. Bounded by `maxInFlight`.
 */
import type { Finding } from '../contracts/envelope.ts'
import { recordKey, recordValue } from '../contracts/record.ts'
import type { RejectionCode } from '../contracts/rejections.ts'
import { headers } from '../contracts/topics.ts'
import type { Acceptable, Refused } from './accept.ts'
import type { Claim, Claims, Taken } from './claims.ts'
import type { Delivery, KafkaProducer } from './produce.ts'
import { isExceeded, localQuota, minuteOf, type Quota, secondsLeft } from './quota.ts'
import type { Tenant } from './tenants.ts'
import { answerDeadlineMs } from './timing.ts'

export type Verdict = Readonly<
  { quota: Quota | undefined } & (
    | { kind: 'accepted'; requestId: string; duplicate: boolean; warnings: readonly Finding[] }
    | { kind: 'rejected'; code: RejectionCode; message?: string; retryAfterSeconds?: number }
  )
>

export type Admission = {
  readonly tenant: Tenant
  readonly requestId: string
  /** Reads the event. Asked only when the tenant's quota is not known to be used up. */
  readonly decide: () => Acceptable | Refused
  readonly traceparent: string | undefined
}

export type Admit = (admission: Admission) => Promise<Verdict>

export type AdmitObserver = {
  claimed(kind: Taken['kind'], seconds: number): void
  produced(kind: Delivery['kind'], seconds: number): void
  inFlight(change: 1 | -1): void
}

type Deps = {
  readonly claims: Claims
  readonly producer: KafkaProducer
  readonly observer: AdmitObserver
  readonly now: () => number
}

export function makeAdmit(
  deps: Deps,
  config: { ratePerMinute: number; maxInFlight: number },
): Admit {
  const countLocally = localQuota()
  const usedUp = new Map<string, { minute: number; used: number }>()
  let inFlight = 0

  return async function admit(admission) {
    const { tenant, requestId } = admission
    const nowMs = deps.now()
    const limit = tenant.ratePerMinute ?? config.ratePerMinute
    // Nothing is parsed for a tenant whose minute is used up: refusing must stay cheap.
    const known = usedUp.get(tenant.id)
    if (known?.minute === minuteOf(nowMs))
      return overQuota({ limit, used: known.used, resetSeconds: secondsLeft(nowMs) })
    const decision = admission.decide()
    const claim = decision.kind === 'acceptable' ? claimOn(tenant, requestId, decision) : undefined

    const started = performance.now()
    const taken = await deps.claims.take(
      tenant.id,
      claim,
      limit === 'unlimited' ? -1 : limit,
      nowMs,
    )
    deps.observer.claimed(taken.kind, (performance.now() - started) / 1000)

    const used = taken.kind === 'unavailable' ? countLocally(tenant.id, nowMs) : taken.used
    const quota: Quota = { limit, used, resetSeconds: secondsLeft(nowMs) }
    if (isExceeded(quota)) {
      usedUp.set(tenant.id, { minute: minuteOf(nowMs), used })
      return overQuota(quota)
    }
    if (decision.kind === 'refused') return rejected(quota, decision)
    if (taken.kind === 'done')
      return {
        kind: 'accepted',
        requestId: taken.requestId,
        duplicate: true,
        warnings: decision.warnings,
        quota,
      }
    if (taken.kind === 'reused') return rejected(quota, { code: 'IDEMPOTENCY_KEY_REUSED' })
    if (taken.kind === 'pending')
      return rejected(quota, { code: 'IN_FLIGHT', retryAfterSeconds: 1 })
    return await produce({ ...admission, decision }, nowMs, quota)
  }

  async function produce(
    { tenant, requestId, traceparent, decision }: Admission & { decision: Acceptable },
    nowMs: number,
    quota: Quota,
  ): Promise<Verdict> {
    const claim = claimOn(tenant, requestId, decision)
    if (inFlight >= config.maxInFlight) {
      await deps.claims.release(claim)
      return rejected(quota, { code: 'OVERLOADED', retryAfterSeconds: 1 })
    }
    inFlight++
    deps.observer.inFlight(1)
    const started = performance.now()
    const settled = deps.producer.produce(recordOf(claim, decision, nowMs, traceparent)).then(
      // However late the report comes, the claim is told: a repeat should get the first request's id.
      async (delivery) => {
        inFlight--
        deps.observer.inFlight(-1)
        deps.observer.produced(delivery.kind, (performance.now() - started) / 1000)
        if (delivery.kind === 'acked') await deps.claims.confirm(claim)
        else if (delivery.kind === 'failed') await deps.claims.release(claim)
        return delivery
      },
    )
    const delivery = await withDeadline(settled)
    if (delivery === undefined || delivery.kind === 'unknown')
      return rejected(quota, { code: 'UNCONFIRMED', retryAfterSeconds: 5 })
    if (delivery.kind === 'failed')
      return rejected(quota, { code: 'UNAVAILABLE', retryAfterSeconds: 1 })
    return { kind: 'accepted', requestId, duplicate: false, warnings: decision.warnings, quota }
  }
}

const claimOn = (tenant: Tenant, requestId: string, decision: Acceptable): Claim => ({
  tenantId: tenant.id,
  idempotencyKey: decision.idempotencyKey,
  requestId,
  fingerprint: decision.fingerprint,
})

function recordOf(
  claim: Claim,
  decision: Acceptable,
  nowMs: number,
  traceparent: string | undefined,
) {
  const trace = traceparent === undefined ? [] : [[headers.traceparent, traceparent] as const]
  return {
    key: recordKey(claim.tenantId, decision.orderedBy),
    value: recordValue(
      {
        tenantId: claim.tenantId,
        receivedAt: new Date(nowMs).toISOString(),
        requestId: claim.requestId,
        idempotencyKey: claim.idempotencyKey,
      },
      decision.event,
    ),
    headers: [[headers.fingerprint, claim.fingerprint] as const, ...trace],
  }
}

async function withDeadline<T>(promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, answerDeadlineMs, undefined)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

const overQuota = (quota: Quota): Verdict =>
  rejected(quota, { code: 'RATE_LIMITED', retryAfterSeconds: quota.resetSeconds })

const rejected = (
  quota: Quota,
  why: { code: RejectionCode; message?: string; retryAfterSeconds?: number },
): Verdict => ({
  kind: 'rejected',
  quota,
  code: why.code,
  ...(why.message === undefined ? {} : { message: why.message }),
  ...(why.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: why.retryAfterSeconds }),
})
