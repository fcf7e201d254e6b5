/**
 * The way of a batch's events through the admission, in order: each is decided on its own, so a bad one costs its
 * neighbours nothing. Of events with the same key the first goes ahead; the others follow when its verdict is known,
 * and find its claim. Bounded by the window of events at the admission at once, and in time: what has not got there by
 * the answer deadline, or when the process is told to stop, is told to come again. So a batch has its answer within
 * twice the answer deadline, and within one when the process stops. What fails on the way of one event is logged, and that
 * one is to be repeated: the others have their verdicts, and the batch ends.
 */
import type { Log } from '../../contracts/log.ts'
import { type Acceptable, accept, type EventContext, type Refused } from '../accept.ts'
import type { Admission, Attempt } from '../admission.ts'
import type { EventFormat } from '../media-type.ts'
import type { Tenant } from '../tenants.ts'
import { answerDeadlineMs } from '../timing.ts'
import type { RequestTrace } from '../tracing.ts'
import { overloaded, unavailable, type Verdict } from '../verdict.ts'
import type { EventKeys, Piece } from './split.ts'

/**
 * Events of one batch at the admission at once. Fewer wait for Kafka without need; more come to Redis faster than it
 * answers, and are slow to stop when the client goes away.
 */
const mostUnderWay = 1_000

export type BatchToAdmit = {
  readonly tenant: Tenant
  /** Given when all of the batch had come; event i has `<requestId>.<i>`. */
  readonly requestId: string
  /** The number of the first event where others came under the same request id before. */
  readonly firstNumber?: number
  readonly pieces: readonly Piece[]
  /** What all its events are ordered by; '' for nothing but themselves. A piece's own keys come first. */
  readonly orderingKey: string
  /** What each event is; an event unless said otherwise. */
  readonly eventFormat?: EventFormat
  readonly trace: RequestTrace
}

export type BatchSink = {
  /** Called once for each event; `bytes` is what it costs of the tenant's bytes a minute. */
  verdict(index: number, verdict: Verdict, bytes: number): void
  /** Called once, behind the last verdict. */
  done(): void
}

export type AdmittedBatch = {
  /** Nobody waits for the results: what is not at the admission yet stays away, and has no verdict. */
  abandon(): void
}

export type BatchClock = {
  /** Milliseconds since some moment; only goes forward. */
  elapsed(): number
  /** Whether the process was told to stop. */
  stopping(): boolean
}

type Deps = {
  readonly admission: Admission
  readonly clock: BatchClock
  readonly log: Pick<Log, 'error'>
}

export function admitBatch(deps: Deps, batch: BatchToAdmit, sink: BatchSink): AdmittedBatch {
  const underWay = new BatchUnderWay(deps, batch, sink)
  underWay.goOn()
  return underWay
}

class BatchUnderWay implements AdmittedBatch {
  readonly #deps: Deps
  readonly #lastOfferMs: number
  readonly #batch: BatchToAdmit
  readonly #sink: BatchSink
  readonly #context: Required<EventContext>
  /** Events at the admission, by key. */
  readonly #ahead = new Map<string, BatchEvent>()
  #next = 0
  #waiting = 0
  #goingOn = false
  #over = false
  /** The verdict where there is no room, or no time: then no further event is parsed. */
  #full: Verdict | undefined

  constructor(deps: Deps, batch: BatchToAdmit, sink: BatchSink) {
    this.#deps = deps
    this.#lastOfferMs = deps.clock.elapsed() + answerDeadlineMs
    this.#batch = batch
    this.#sink = sink
    this.#context = {
      idempotencyKey: '',
      orderingKey: batch.orderingKey,
      keyOfLastResort: 'event_id',
      validation: batch.tenant.validation,
      format: batch.eventFormat ?? 'event',
    }
  }

  goOn(): void {
    // A verdict may come before the offer of its event returns.
    if (this.#goingOn || this.#over) return
    this.#goingOn = true
    this.#full = this.#isTooLate() ? overloaded : undefined
    const { length } = this.#batch.pieces
    while (this.#next < length && this.#waiting < mostUnderWay) this.#offer(this.#next++)
    this.#goingOn = false
    if (this.#waiting > 0) return
    this.#over = true
    this.#sink.done()
  }

  abandon(): void {
    this.#next = this.#batch.pieces.length
  }

  judged(event: BatchEvent, verdict: Verdict): void {
    this.#tell(event.index, verdict, event.bytes)
    if (verdict.kind === 'rejected' && verdict.code === 'OVERLOADED') this.#full = verdict
    if (event.key !== undefined && this.#ahead.get(event.key) === event)
      this.#ahead.delete(event.key)
    for (const follower of event.followers ?? []) this.#follow(follower)
    this.#waiting--
    this.goOn()
  }

  #follow(event: BatchEvent): void {
    if (this.#isTooLate()) event.answer(overloaded)
    else this.#deps.admission.offer(event)
  }

  #isTooLate(): boolean {
    const { clock } = this.#deps
    return clock.stopping() || clock.elapsed() > this.#lastOfferMs
  }

  #offer(index: number): void {
    const { tenant, pieces } = this.#batch
    const known = this.#full ?? this.#deps.admission.refusal(tenant)
    const piece = pieces[index] as Piece
    const bytes = piece.kind === 'refused' ? 0 : piece.bytes.length
    if (known === undefined) this.#letIn(index, piece, bytes)
    else this.#tell(index, known, bytes)
  }

  #letIn(index: number, piece: Piece, bytes: number): void {
    const decision = this.#decide(index, piece)
    if (decision === undefined) {
      this.#tell(index, unavailable, bytes)
      return
    }
    const event = new BatchEvent(this, this.#batch, { index, bytes, decision })
    this.#waiting++
    const ahead = event.key === undefined ? undefined : this.#ahead.get(event.key)
    if (ahead === undefined) {
      if (event.key !== undefined) this.#ahead.set(event.key, event)
      this.#deps.admission.offer(event)
    } else ahead.follow(event)
  }

  #decide(index: number, piece: Piece): Acceptable | Refused | undefined {
    if (piece.kind === 'refused') return piece
    try {
      return accept(piece.bytes, this.#contextOf(piece), piece.shape)
    } catch (err) {
      this.#failed(index, err)
      return undefined
    }
  }

  #tell(index: number, verdict: Verdict, bytes: number): void {
    try {
      this.#sink.verdict(index, verdict, bytes)
    } catch (err) {
      this.#failed(index, err)
    }
  }

  #failed(index: number, err: unknown): void {
    const { requestId, firstNumber = 0 } = this.#batch
    const request_id = `${requestId}.${firstNumber + index}`
    this.#deps.log.error({ err, request_id }, 'request failed')
  }

  #contextOf({ keys }: { readonly keys?: EventKeys }): EventContext {
    if (keys === undefined) return this.#context
    const { keyOfLastResort, validation, format } = this.#context
    const { idempotencyKey, orderingKey } = keys
    return { idempotencyKey, orderingKey, keyOfLastResort, validation, format }
  }
}

/** One event of a batch at the admission. */
class BatchEvent implements Attempt {
  readonly tenant: Tenant
  readonly requestId: string
  readonly decision: Acceptable | Refused
  readonly bytes: number
  readonly trace: RequestTrace
  readonly index: number
  /** Events with the same key that wait for this one. */
  followers: BatchEvent[] | undefined
  readonly #of: BatchUnderWay

  constructor(
    of: BatchUnderWay,
    { tenant, requestId, firstNumber = 0, trace }: BatchToAdmit,
    event: {
      readonly index: number
      readonly bytes: number
      readonly decision: Acceptable | Refused
    },
  ) {
    this.tenant = tenant
    this.requestId = `${requestId}.${firstNumber + event.index}`
    this.decision = event.decision
    this.bytes = event.bytes
    this.trace = trace
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
