/**
 * One tenant's stream of events and their verdicts, whatever carries it: takes events as they come, gives each verdict
 * back soon after it came about, and ends behind the last one. What came together is admitted as a batch is.
 * Promises: every event that was taken has one verdict, unless the client goes away; a key that is no longer in force ends
 * the stream, behind the verdicts of what was taken. Bounded by who calls: verdicts wait here while the outlet is not
 * free, so whoever takes events stops at a number of `open` ones.
 */
import type { Log } from '../../contracts/log.ts'
import { requestIdAt } from '../../contracts/request-id.ts'
import type { Admission } from '../admission.ts'
import { type AdmittedBatch, admitBatch, type BatchClock } from '../batch/admit-batch.ts'
import { count, noCounts } from '../batch/counts.ts'
import type { Piece } from '../batch/split.ts'
import { type Budget, Held } from '../budget.ts'
import type { Door } from '../door-metrics.ts'
import type { IngestMetrics } from '../metrics.ts'
import type { Refusal } from '../refusal.ts'
import type { Tenant, Tenants } from '../tenants.ts'
import type { Tracing } from '../tracing.ts'
import { bytesFound, overloaded, strangers, type Verdict } from '../verdict.ts'
import { mostOpen, windowFor } from './window.ts'

/** `seq` is the client's own, and given back with the verdict. */
export type StreamedEvent<Seq> = { readonly seq: Seq; readonly piece: Piece }

export type Judged<Seq> = { readonly seq: Seq; readonly verdict: Verdict }

/** Why a stream ends: it is refused, the client has sent all it wanted, or the process stops. */
export type StreamEnd = Refusal | 'finished' | 'stopping'

/** Where the verdicts go. */
export type Outlet<Seq> = {
  /** Whether more may be written now. Where it may not, `flush` is to be called when it may again. */
  isFree(): boolean
  write(judged: readonly Judged<Seq>[]): void
  /** Called once, behind the last verdict, and never for a client that has gone. */
  close(why: StreamEnd): void
}

export type StreamDeps = {
  readonly tenants: Tenants
  readonly admission: Admission
  readonly budget: Budget
  readonly metrics: IngestMetrics
  readonly tracing: Tracing
  readonly clock: BatchClock
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly log: Log
  /** Whether each batch is logged, at level debug. */
  readonly logRequests: boolean
}

export type StreamOf = {
  readonly door: Door
  /** As in metrics and spans. */
  readonly route: string
  readonly apiKey: string
  /** Event n of the stream has it with `.<n>` behind it, and the time at which it came. */
  readonly requestId: string
  readonly traceparent: string | undefined
}

/** Verdicts in one message to the client, which is sent sooner when so many bytes were found in its events. */
const mostInOneMessage = 1_000
const enoughFound = 500_000
/** So many are worth a message, and fewer when all that are open are among them: a message costs more than a verdict. */
const worthAMessage = 100
/** Others wait so long for more of them. */
const gatherMs = 2
/** What an event holds of memory beside its bytes, at least. */
const eventBytes = 100

export class EventStream<Seq> {
  readonly #deps: StreamDeps
  readonly #of: StreamOf
  readonly #outlet: Outlet<Seq>
  readonly #batches = new Set<AdmittedBatch>()
  #judged: Judged<Seq>[] = []
  #taken = 0
  #open = 0
  /** Verdicts have waited for each other long enough. */
  #isDue = false
  #turnEnds = false
  #gathering: NodeJS.Timeout | undefined
  #lagMs = 0
  #why: StreamEnd | undefined
  #over = false

  constructor(deps: StreamDeps, of: StreamOf, outlet: Outlet<Seq>) {
    this.#deps = deps
    this.#of = of
    this.#outlet = outlet
  }

  /** Events that were taken and whose verdicts were not written. */
  get open(): number {
    return this.#open
  }

  /** Events that it may have open now. */
  get window(): number {
    const window = this.#open === 0 ? mostOpen : windowFor(this.#lagMs)
    return Math.min(window, this.#deps.budget.mostEvents)
  }

  /** Whether more events would be let in, as far as that is known: it is not crowded, and the quota is not used up. */
  get hasRoom(): boolean {
    const { tenants, admission, budget } = this.#deps
    const tenant = tenants.byKey(this.#of.apiKey)
    if (typeof tenant === 'string' || budget.isCrowded) return false
    return admission.refusal(tenant) === undefined
  }

  /** Whether further events are not taken. */
  get isEnding(): boolean {
    return this.#why !== undefined || this.#over
  }

  /** Who sends; undefined when nobody may any more, which ends the stream. */
  tenant(): Tenant | undefined {
    const tenant = this.#deps.tenants.byKey(this.#of.apiKey)
    if (typeof tenant !== 'string') return tenant
    this.end(strangers[tenant])
    return undefined
  }

  /** Takes what came together, in so many bytes. Nothing is taken of a stream that is ending. */
  take(events: readonly StreamedEvent<Seq>[], bytes: number): void {
    const tenant = this.isEnding ? undefined : this.tenant()
    if (tenant === undefined || events.length === 0) return
    const firstNumber = this.#taken
    this.#taken += events.length
    this.#open += events.length
    const held = new Held(this.#deps.budget)
    if (held.take(bytes + events.length * eventBytes))
      this.#admit({ tenant, events, bytes, firstNumber, held })
    else for (const { seq } of events) this.#judge(seq, overloaded, tenant)
  }

  /** Ends behind the verdicts of what was taken. The first reason counts. */
  end(why: StreamEnd): void {
    this.#why ??= why
    this.#writeNow()
  }

  /** Writes what is due, as far as the outlet is free. */
  flush(): void {
    while (this.#isDue && !this.#over && this.#outlet.isFree()) {
      const some = this.#judged.splice(0, this.#fitOneMessage())
      this.#isDue = this.#judged.length > 0
      this.#open -= some.length
      this.#outlet.write(some)
    }
    if (this.#why === undefined || this.#open > 0 || this.#over) return
    this.#over = true
    this.#outlet.close(this.#why)
  }

  /** How many of the verdicts that wait go next. */
  #fitOneMessage(): number {
    let verdicts = 0
    let found = 0
    for (const { verdict } of this.#judged) {
      if (verdicts === mostInOneMessage || found > enoughFound) break
      found += bytesFound(verdict)
      verdicts++
    }
    return verdicts
  }

  /**
   * The client has gone: what is not at the admission yet stays away, and nothing is written any more. False when the
   * stream had ended before.
   */
  abandon(): boolean {
    if (this.#over) return false
    this.#over = true
    this.#judged = []
    for (const batch of this.#batches) batch.abandon()
    return true
  }

  #admit(from: {
    readonly tenant: Tenant
    readonly events: readonly StreamedEvent<Seq>[]
    readonly bytes: number
    readonly firstNumber: number
    readonly held: Held
  }): void {
    const { tenant, events, bytes, firstNumber, held } = from
    const { metrics, tracing, now, log, logRequests } = this.#deps
    const { door, route, traceparent } = this.#of
    const requestId = requestIdAt(now(), this.#of.requestId)
    const trace = tracing.request(route, traceparent, door)
    const started = performance.now()
    const counts = noCounts()
    const pieces = events.map(({ piece }) => piece)
    metrics.batch(pieces.length)
    let batch: AdmittedBatch | undefined
    let isDone = false
    batch = admitBatch(
      this.#deps,
      { tenant, requestId, firstNumber, pieces, orderingKey: '', trace },
      {
        verdict: (index, verdict) => {
          count(counts, verdict)
          this.#judge((events[index] as StreamedEvent<Seq>).seq, verdict, tenant)
        },
        done: () => {
          const facts = {
            tenant: tenant.id,
            verdict: undefined,
            bytes,
            results: counts,
          }
          held.giveAll()
          isDone = true
          if (batch !== undefined) this.#batches.delete(batch)
          trace.answered(requestId, 200, 'OK', facts)
          this.#lagMs = performance.now() - started
          if (!logRequests) return
          const ids = { request_id: `${requestId}.${firstNumber}`, trace_id: trace.traceId }
          log.debug({ ...ids, route, ms: this.#lagMs, ...facts }, 'request')
        },
      },
    )
    // Its last verdict may have come already.
    if (!isDone) this.#batches.add(batch)
  }

  #judge(seq: Seq, verdict: Verdict, tenant: Tenant): void {
    this.#deps.metrics.judged(tenant.id, verdict)
    if (this.#over) return
    this.#judged.push({ seq, verdict })
    const { length } = this.#judged
    if (length < worthAMessage && length < this.#open)
      this.#gathering ??= setTimeout(() => this.#writeNow(), gatherMs)
    else if (!this.#turnEnds) {
      this.#turnEnds = true
      setImmediate(() => {
        this.#turnEnds = false
        this.#writeNow()
      })
    }
  }

  #writeNow(): void {
    clearTimeout(this.#gathering)
    this.#gathering = undefined
    this.#isDue = this.#judged.length > 0
    this.flush()
  }
}
