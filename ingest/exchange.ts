/**
 * One request under way and its answer: written once, never to a client that has gone, then counted, traced and logged.
 */
import type { HttpRequest, HttpResponse, us_socket_context_t } from 'uWebSockets.js'
import { STATUS_CODES } from 'node:http'
import type { Log } from '../contracts/log.ts'
import { type Answer, codeOf, contentOf } from './answer.ts'
import { type AnswerCode, clientGone, type RouteObserver } from './door-metrics.ts'
import type { IngestMetrics } from './metrics.ts'
import type { OpenRequests } from './open-requests.ts'
import { traceparentOf } from './request-headers.ts'
import { type RequestTrace, type Tracing, untraced } from './tracing.ts'
import type { SocketListener } from './websocket/sockets.ts'

/** What a handler finds out about a request, for its log line: no key, no secret, nothing of a payload. */
export type Facts = {
  tenant: string | undefined
  /** What became of its one event. */
  verdict: string | undefined
  /** Of the body, decoded. */
  bytes: number | undefined
  /** What became of the events of a batch: how many of each. */
  results: Readonly<Record<string, number>> | undefined
}

/** One request under way. */
export type Exchange = {
  /** May only be read before the handler returns. */
  readonly request: HttpRequest
  /**
   * Given when it is first asked for, and tells that instant: for an event ask when all of it has come, which may be long
   * after its request began.
   */
  readonly requestId: string
  readonly facts: Facts
  readonly trace: RequestTrace
  /** Calls back with each part of the body; the part's memory is the server's again afterwards. */
  onBody(part: (chunk: ArrayBuffer, isLast: boolean) => void): void
  /** Calls back when the client goes away before its answer. */
  onGone(gone: () => void): void
  /** To be called once, now or later; nothing is written when the client has gone. */
  answer(answer: Answer): void
}

/** Sees to it that the request is answered, now or later. An exception is answered for it. */
export type Handler = (exchange: Exchange) => void

/** What a request becomes that asks for a WebSocket. */
export type Upgrade<Listener> = {
  /** '' for none. */
  readonly protocol: string
  readonly listener: Listener
  readonly context: us_socket_context_t
}

export type RequestDeps = {
  readonly metrics: IngestMetrics
  readonly tracing: Tracing
  readonly log: Log
  /** Whether each request is logged, at level debug: asked here, so that nothing is gathered in vain. */
  readonly logRequests: boolean
  readonly makeRequestId: () => string
}

/** What the requests of one route share. */
export type RequestsOf = RequestDeps & {
  readonly route: string
  /** What brings events; not what asks how ingest is. */
  readonly isTraced: boolean
  readonly observer: RouteObserver
  readonly open: OpenRequests
}

export class OpenExchange implements Exchange {
  readonly request: HttpRequest
  readonly facts: Facts = {
    tenant: undefined,
    verdict: undefined,
    bytes: undefined,
    results: undefined,
  }
  readonly trace: RequestTrace
  readonly #of: RequestsOf
  readonly #response: HttpResponse
  readonly #started = performance.now()
  readonly #withBody: boolean
  readonly #accept: string
  #requestId: string | undefined
  #ended = false
  #gone: (() => void) | undefined

  constructor(of: RequestsOf, response: HttpResponse, request: HttpRequest) {
    this.#of = of
    this.#response = response
    this.request = request
    this.#withBody = request.getCaseSensitiveMethod() !== 'HEAD'
    this.#accept = request.getHeader('accept')
    this.trace = of.isTraced ? of.tracing.request(of.route, traceparentOf(request)) : untraced
    of.open.begin()
    response.onAborted(() => {
      this.#end(clientGone, 'CLIENT_GONE')
      this.#gone?.()
    })
  }

  get requestId(): string {
    this.#requestId ??= this.#of.makeRequestId()
    return this.#requestId
  }

  onBody(part: (chunk: ArrayBuffer, isLast: boolean) => void): void {
    this.#response.onData(part)
  }

  onGone(gone: () => void): void {
    this.#gone = gone
  }

  answer(answer: Answer): void {
    if (this.#ended) return
    this.#response.cork(() => this.#write(answer))
    this.#end(answer.status, codeOf(answer) ?? 'OK')
  }

  /** Instead of an answer; at once. */
  upgrade({ protocol, listener, context }: Upgrade<SocketListener>): void {
    if (this.#ended) return
    const { request } = this
    const [key, extensions] = ['sec-websocket-key', 'sec-websocket-extensions'].map((name) =>
      request.getHeader(name),
    )
    const response = this.#response
    response.cork(() => {
      response.writeStatus('101 Switching Protocols')
      response.writeHeader('X-Request-Id', this.requestId)
      response.upgrade(
        { listener, isClosed: false },
        key ?? '',
        protocol,
        extensions ?? '',
        context,
      )
    })
    this.#end(101, 'OK')
  }

  #write(answer: Answer): void {
    const { status, headers, closes } = answer
    const { contentType, body } = contentOf(answer, {
      accept: this.#accept,
      requestId: this.requestId,
    })
    const response = this.#response
    response.writeStatus(statusLines[status] ?? String(status))
    response.writeHeader('X-Request-Id', this.requestId)
    response.writeHeader('Content-Type', contentType)
    for (const [name, value] of headers) response.writeHeader(name, value)
    // Not endWithoutBody, which would tell the body's length: uWebSockets does not go on with the connection after it.
    response.end(this.#withBody ? body : '', closes === true || this.#of.open.draining)
  }

  #end(status: number, code: AnswerCode): void {
    if (this.#ended) return
    this.#ended = true
    const { route, observer, log, logRequests, open } = this.#of
    const ms = performance.now() - this.#started
    observer.answered(status, code, ms / 1000)
    this.trace.answered(this.requestId, status, code, this.facts)
    if (logRequests) {
      const ids = { request_id: this.requestId, trace_id: this.trace.traceId }
      log.debug({ ...ids, route, status, code, ms, ...this.facts }, 'request')
    }
    open.end()
  }
}

const statusLines: Readonly<Record<number, string>> = Object.fromEntries(
  Object.entries(STATUS_CODES).map(([status, words]) => [status, `${status} ${words}`]),
)
