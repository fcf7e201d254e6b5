/**
 * The way of a batch's events through the admission, in order: each is decided on its own, so a bad one costs its
 * neighbours nothing. Of events with the same key the first goes ahead; the others follow when its verdict is known,
 * and find its claim. Bounded by the window of events at the admission at once.
 */
import { type Acceptable, accept, type EventContext, type Refused } from '../accept.ts'
import type { Admission, Attempt } from '../admission.ts'
import type { Tenant } from '../tenants.ts'
import type { Verdict } from '../verdict.ts'
import type { Piece } from './split.ts'

/**
 * Events of one batch at the admission at once. Fewer wait for Kafka without need; more come to Redis faster than it
 * answers, and are slow to stop when the client goes away.
 */
const window = 1_000

export type BatchToAdmit = {
  readonly tenant: Tenant
  /** Of the batch; event i has `<requestId>.<i>`. */
  readonly requestId: string
  readonly pieces: readonly Piece[]
  /** What all its events are ordered by; '' for nothing but themselves. */
  readonly orderingKey: string
  readonly traceparent: string | undefined
}

export type BatchSink = {
  /** Called once for each event. */
  verdict(index: number, verdict: Verdict): void
  /** Called once, behind the last verdict. */
  done(): void
}

export type AdmittedBatch = {
  /** Nobody waits for the results: what is not at the admission yet stays away, and has no verdict. */
  abandon(): void
}

export function admitBatch(
  admission: Admission,
  batch: BatchToAdmit,
  sink: BatchSink,
): AdmittedBatch {
  const underWay = new BatchUnderWay(admission, batch, sink)
  underWay.goOn()
  return underWay
}

class BatchUnderWay implements AdmittedBatch {
  readonly #admission: Admission
  readonly #batch: BatchToAdmit
  readonly #sink: BatchSink
  readonly #context: EventContext
  /** Events at the admission, by key. */
  readonly #ahead = new Map<string, BatchEvent>()
  #next = 0
  #waiting = 0
  #goingOn = false
  #over = false
  /** The verdict on an event for which there was no room: then none of its successors is parsed either. */
  #full: Verdict | undefined

  constructor(admission: Admission, batch: BatchToAdmit, sink: BatchSink) {
    this.#admission = admission
    this.#batch = batch
    this.#sink = sink
    this.#context = {
      idempotencyKey: '',
      orderingKey: batch.orderingKey,
      keyOfLastResort: 'event_id',
      validation: batch.tenant.validation,
    }
  }

  goOn(): void {
    // A verdict may come before the offer of its event returns.
    if (this.#goingOn || this.#over) return
    this.#goingOn = true
    this.#full = undefined
    const { length } = this.#batch.pieces
    while (this.#next < length && this.#waiting < window) this.#offer(this.#next++)
    this.#goingOn = false
    if (this.#waiting > 0) return
    this.#over = true
    this.#sink.done()
  }

  abandon(): void {
    this.#next = this.#batch.pieces.length
  }

  judged(event: BatchEvent, verdict: Verdict): void {
    this.#sink.verdict(event.index, verdict)
    if (verdict.kind === 'rejected' && verdict.code === 'OVERLOADED') this.#full = verdict
    if (event.key !== undefined && this.#ahead.get(event.key) === event)
      this.#ahead.delete(event.key)
    for (const follower of event.followers ?? []) this.#admission.offer(follower)
    this.#waiting--
    this.goOn()
  }

  #offer(index: number): void {
    const { tenant, pieces } = this.#batch
    const known = this.#full ?? this.#admission.refusal(tenant)
    if (known === undefined) this.#letIn(index, pieces[index] as Piece)
    else this.#sink.verdict(index, known)
  }

  #letIn(index: number, piece: Piece): void {
    const decision =
      piece.kind === 'refused' ? piece : accept(piece.bytes, this.#context, piece.shape)
    const bytes = piece.kind === 'refused' ? 0 : piece.bytes.length
    const event = new BatchEvent(this, this.#batch, { index, bytes, decision })
    this.#waiting++
    const ahead = event.key === undefined ? undefined : this.#ahead.get(event.key)
    if (ahead === undefined) {
      if (event.key !== undefined) this.#ahead.set(event.key, event)
      this.#admission.offer(event)
    } else ahead.follow(event)
  }
}

/** One event of a batch at the admission. */
class BatchEvent implements Attempt {
  readonly tenant: Tenant
  readonly requestId: string
  readonly decision: Acceptable | Refused
  readonly bytes: number
  readonly traceparent: string | undefined
  readonly index: number
  /** Events with the same key that wait for this one. */
  followers: BatchEvent[] | undefined
  readonly #of: BatchUnderWay

  constructor(
    of: BatchUnderWay,
    { tenant, requestId, traceparent }: BatchToAdmit,
    event: {
      readonly index: number
      readonly bytes: number
      readonly decision: Acceptable | Refused
    },
  ) {
    this.tenant = tenant
    this.requestId = `${requestId}.${event.index}`
    this.decision = event.decision
    this.bytes = event.bytes
    this.traceparent = traceparent
    this.index = event.index
    this.#of = of
  }

  follow(follower: BatchEvent): void {
    this.followers ??= []
    this.followers.push(follower)
  }

  get key(): string | undefined {
    return this.decision.kind === 'refused' ? undefined : this.decision.idempotencyKey
  }

  answer(verdict: Verdict): void {
    this.#of.judged(this, verdict)
  }
}
