/**
 * The way of an event through the door, in the order in which things become true:
 * quota and claim -> record in Kafka -> answer -> claim done. Every door runs this.
 * Promises: `accepted` without `duplicate` only after the broker's ack; an attempt is answered once, by the answer deadline.
 * Events that come in one turn of the event loop ask Redis together. Bounded by the budget of what is under way.
 */
import type { Log } from '../contracts/log.ts'
import type { Acceptable, Refused } from './accept.ts'
import type { Budget } from './budget.ts'
import type { Claim, Claims, Taken } from './claims.ts'
import { makeDeadlines } from './deadlines.ts'
import { type LocalQuota, localQuota } from './local-quota.ts'
import { makeOutcomes, mostInOneCall } from './outcomes.ts'
import { outgoingRecord } from './outgoing-record.ts'
import type { Delivery, DeliverySink, KafkaProducer } from './produce.ts'
import { fits, type Quota, quotaAt, secondsUntilFits } from './quota.ts'
import type { Tenant } from './tenants.ts'
import { answerDeadlineMs } from './timing.ts'
import type { RequestTrace } from './tracing.ts'
import type { Verdict } from './verdict.ts'
import * as verdicts from './verdict.ts'

/** An event that asks to be let in. */
export type Attempt = {
  readonly tenant: Tenant
  readonly requestId: string
  readonly decision: Acceptable | Refused
  /** What it costs of the tenant's bytes a minute. */
  readonly bytes: number
  readonly trace: RequestTrace
  /** Called once. */
  readonly answer: (verdict: Verdict) => void
}

export type Admission = {
  /** What every attempt of the tenant would get now, when that is known: ask before anything is parsed. */
  refusal(tenant: Tenant): Verdict | undefined
  offer(attempt: Attempt): void
  /** Resolves when Redis knows all that Kafka has reported. */
  settled(): Promise<void>
}

export type AdmissionObserver = {
  claimed(kind: Taken['kind']): void
  produced(delivery: Delivery, seconds: number): void
}

type Deps = {
  readonly claims: Claims
  readonly producer: KafkaProducer
  readonly budget: Budget
  readonly observer: AdmissionObserver
  readonly log: Log
  readonly now: () => number
}

export function makeAdmission({ claims, producer, budget, observer, log, now }: Deps): Admission {
  const local = localQuota()
  const usedUp = new WeakMap<Tenant, Quota & { readonly untilMs: number }>()
  const deadlines = makeDeadlines<UnderWay>(answerDeadlineMs, (one) => one.deadlinePassed())
  const outcomes = makeOutcomes(claims)
  const calls = new Set<Promise<void>>()
  let arrived: UnderWay[] = []
  let turnEnds = false

  /** One attempt, and the sink of its own delivery report. */
  class UnderWay implements DeliverySink {
    readonly attempt: Attempt
    /** Undefined for an event that is refused, and only counted. */
    readonly claim: Claim | undefined
    readonly receivedMs: number
    quota: Quota | undefined
    producedAt = 0

    constructor(attempt: Attempt, receivedMs: number) {
      this.attempt = attempt
      this.claim = claimOf(attempt)
      this.receivedMs = receivedMs
    }

    produce(decision: Acceptable, quota: Quota): void {
      this.quota = quota
      this.producedAt = performance.now()
      const traceparent = this.attempt.trace.sending() ?? decision.traceparent
      producer.produce(outgoingRecord(this.attempt, decision, this.receivedMs, traceparent), this)
    }

    /** However late the report comes, the claim is told: a repeat should get the first request's id. */
    reported(delivery: Delivery): void {
      observer.produced(delivery, (performance.now() - this.producedAt) / 1000)
      this.attempt.trace.reported(delivery.kind)
      if (delivery.kind === 'acked' && this.claim) outcomes.acked(this.claim)
      else if (delivery.kind === 'failed' && this.claim) outcomes.failed(this.claim)
      endTurnSoon()
      this.end(verdicts.onDelivery(delivery, this.attempt, this.quota))
    }

    deadlinePassed(): void {
      this.answer(verdicts.unconfirmed(this.quota))
    }

    /** The last word on the attempt, which may have had its answer. */
    end(verdict: Verdict): void {
      this.answer(verdict)
      budget.give(1, this.attempt.bytes)
    }

    /** A door that fails to answer fails alone: others are answered in the same run. */
    answer(verdict: Verdict): void {
      if (!deadlines.end(this)) return
      try {
        this.attempt.answer(verdict)
      } catch (err) {
        log.error({ err, request_id: this.attempt.requestId }, 'request failed')
      }
    }
  }

  function endTurnSoon(): void {
    if (turnEnds) return
    turnEnds = true
    setImmediate(endTurn)
  }

  function endTurn(): void {
    turnEnds = false
    // First: a repeat that came after its first request was answered must find the claim done.
    outcomes.tell()
    const groups = byTenant(arrived)
    arrived = []
    for (const [tenant, group] of groups)
      for (let from = 0; from < group.length; from += mostInOneCall)
        track(admit(tenant, group.slice(from, from + mostInOneCall)))
  }

  async function admit(tenant: Tenant, group: readonly UnderWay[]): Promise<void> {
    const nowMs = now()
    const asking = group.map(({ claim, attempt }) => ({ claim, bytes: attempt.bytes }))
    const askedAt = performance.now()
    const answer = await claims.take(tenant, asking, nowMs)
    const { taken, counts } =
      typeof answer === 'string' ? takeLocally(local, tenant, asking, nowMs) : answer
    const quota = { limits: tenant.limits, counts, nowMs }
    for (const [i, one] of group.entries()) {
      one.attempt.trace.claimed(askedAt, (taken[i] as Taken).kind)
      if (answer === 'silence') giveUpWhatIsLimited(one, taken[i] as Taken)
      proceed(one, taken[i] as Taken, quota)
    }
  }

  /** A Redis that was slow may have taken the claim all the same, and would tell a repeat that it is in flight. */
  function giveUpWhatIsLimited({ claim }: UnderWay, taken: Taken): void {
    if (taken.kind !== 'limited' || claim === undefined) return
    outcomes.failed(claim)
    endTurnSoon()
  }

  function proceed(one: UnderWay, taken: Taken, quota: Quota): void {
    observer.claimed(taken.kind)
    if (taken.kind === 'limited' && !fits(quota, 0)) remember(one.attempt.tenant, quota)
    const verdict = verdicts.onClaim(taken, one.attempt, quota)
    if (verdict === 'produce') one.produce(one.attempt.decision as Acceptable, quota)
    else one.end(verdict)
  }

  /** Of a tenant whose quota is known to be used up nothing is parsed: refusing must stay cheap. */
  function remember(tenant: Tenant, quota: Quota): void {
    usedUp.set(tenant, { ...quota, untilMs: quota.nowMs + 1000 * (secondsUntilFits(quota, 0) - 1) })
  }

  function track(call: Promise<void>): void {
    calls.add(call)
    void call.finally(() => calls.delete(call))
  }

  return {
    refusal(tenant) {
      const known = usedUp.get(tenant)
      const nowMs = now()
      if (known === undefined || nowMs >= known.untilMs) return undefined
      return verdicts.overQuota(quotaAt(known, nowMs), 0)
    },
    offer(attempt) {
      if (!budget.take(1, attempt.bytes)) return attempt.answer(verdicts.overloaded)
      const one = new UnderWay(attempt, now())
      deadlines.begin(one)
      arrived.push(one)
      endTurnSoon()
    },
    async settled() {
      while (calls.size > 0) await Promise.all(calls)
      await outcomes.settled()
    },
  }
}

function byTenant<T extends { attempt: Attempt }>(all: readonly T[]): Map<Tenant, T[]> {
  const groups = new Map<Tenant, T[]>()
  for (const one of all) {
    const group = groups.get(one.attempt.tenant)
    if (group === undefined) groups.set(one.attempt.tenant, [one])
    else group.push(one)
  }
  return groups
}

const claimOf = ({ tenant, requestId, decision }: Attempt): Claim | undefined =>
  decision.kind === 'refused'
    ? undefined
    : {
        tenantId: tenant.id,
        idempotencyKey: decision.idempotencyKey,
        requestId,
        fingerprint: decision.fingerprint,
      }

function takeLocally(
  local: LocalQuota,
  tenant: Tenant,
  asking: readonly { readonly bytes: number }[],
  nowMs: number,
) {
  const sizes = asking.map(({ bytes }) => bytes)
  const { fit, counts } = local.count(tenant.id, tenant.limits, sizes, nowMs)
  const taken = fit.map((one): Taken => ({ kind: one ? 'unavailable' : 'limited' }))
  return { taken, counts }
}
