/** Calls under way: what each is counted, logged and traced as, and when the last one has ended. */
import { rejections } from '../../contracts/rejections.ts'
import { type AnswerCode, clientGone } from '../door-metrics.ts'
import type { Facts, RequestDeps } from '../exchange.ts'
import type { Refusal } from '../refusal.ts'
import { untraced } from '../tracing.ts'
import { type Call, type CallContext, callerOf } from './call.ts'

export class OpenCalls {
  readonly #deps: RequestDeps
  #count = 0
  #whenEmpty: (() => void) | undefined

  constructor(deps: RequestDeps) {
    this.#deps = deps
  }

  /** Of a call of many events each message is traced by itself, and the call is not. */
  begin(path: string, call: Call, isTraced: boolean): CallUnderWay {
    this.#count++
    return new CallUnderWay(this.#deps, { path, call, isTraced }, () => {
      if (--this.#count === 0) this.#whenEmpty?.()
    })
  }

  /** Counts a call that does not begin, and returns its request id. */
  refused(path: string, { code }: Refusal): string {
    this.#deps.metrics.route(path).answered(rejections[code].status, code, 0)
    return this.#deps.makeRequestId()
  }

  /** Counts a call that ends before it begins, by its client or for it: one that does not come whole, or cannot be read. */
  unheard(path: string): void {
    this.#deps.metrics.route(path).answered(clientGone, 'CLIENT_GONE', 0)
  }

  /** Resolves when none is under way. */
  ended(): Promise<void> {
    if (this.#count === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#whenEmpty = resolve
    })
  }
}

/** A call is counted as a request: with the status that HTTP has for how it ended. */
export class CallUnderWay {
  readonly context: CallContext
  readonly #deps: RequestDeps
  readonly #started = performance.now()
  readonly #ended: () => void
  #isOver = false

  constructor(
    deps: RequestDeps,
    { path, call, isTraced }: { path: string; call: Call; isTraced: boolean },
    ended: () => void,
  ) {
    const requestId = deps.makeRequestId()
    const trace = isTraced
      ? deps.tracing.request(path, callerOf(call.metadata).traceparent, 'grpc')
      : untraced
    const facts: Facts = {
      tenant: undefined,
      verdict: undefined,
      bytes: undefined,
      results: undefined,
    }
    this.context = { requestId, route: path, trace, facts }
    this.#deps = deps
    this.#ended = ended
    // grpc-js tells it of every call, also of one that has ended well.
    call.on('cancelled', () => this.#end(clientGone, 'CLIENT_GONE'))
  }

  /** Undefined when the call ended well. */
  end(refusal: Refusal | undefined): void {
    if (refusal === undefined) this.#end(200, 'OK')
    else this.#end(rejections[refusal.code].status, refusal.code)
  }

  failed(err: unknown): void {
    const { requestId, route } = this.context
    this.#deps.log.error({ err, request_id: requestId, route }, 'request failed')
  }

  #end(status: number, code: AnswerCode): void {
    if (this.#isOver) return
    this.#isOver = true
    const { metrics, log, logRequests } = this.#deps
    const { requestId, route, trace, facts } = this.context
    const ms = performance.now() - this.#started
    metrics.route(route).answered(status, code, ms / 1000)
    trace.answered(requestId, status, code, facts)
    if (logRequests) {
      const ids = { request_id: requestId, trace_id: trace.traceId }
      log.debug({ ...ids, route, status, code, ms, ...facts }, 'request')
    }
    this.#ended()
  }
}
