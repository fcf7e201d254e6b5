/**
 * The HTTP door: reads requests within their limits, asks the given functions, writes answers; decides nothing.
 * A request has one answer, never written to a client that has gone. Bounded by body bytes; uWebSockets cuts off
 * bodies that trickle (less than 16 KiB/s for 10 s).
 */

import {
  App,
  type HttpRequest,
  type HttpResponse,
  type TemplatedApp,
  type us_listen_socket,
  us_listen_socket_close,
  type us_socket_context_t,
  us_socket_local_port,
} from 'uWebSockets.js'
import { STATUS_CODES } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { Log } from '../contracts/log.ts'
import { type Answer, answerRejection, codeOf, contentOf } from './answer.ts'
import { type AnswerCode, clientGone, type RouteObserver } from './door-metrics.ts'
import type { IngestMetrics } from './metrics.ts'
import { OpenRequests } from './open-requests.ts'
import { traceparentOf } from './request-headers.ts'
import { type RequestTrace, type Tracing, untraced } from './tracing.ts'
import { addSockets, type SocketListener, type SocketRoute } from './websocket/sockets.ts'

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

export type Route = {
  readonly method: 'get' | 'post'
  readonly path: string
  readonly handle: Handler
}

/** What a request becomes that asks for a WebSocket. */
export type Upgrade<Listener> = {
  /** '' for none. */
  readonly protocol: string
  readonly listener: Listener
  readonly context: us_socket_context_t
}

export type Server = {
  readonly url: string
  /**
   * Takes nothing new: connections are refused, further POSTs on open ones too, and each connection ends with its
   * answer. Resolves when every request under way has its answer and `streams` have ended, or after `mostMs`, when the
   * rest is cut off.
   */
  drain(mostMs: number): Promise<void>
}

type Deps = {
  readonly metrics: IngestMetrics
  readonly tracing: Tracing
  readonly log: Log
  /** Whether each request is logged, at level debug: asked here, so that nothing is gathered in vain. */
  readonly logRequests: boolean
  readonly makeRequestId: () => string
  /** Ends what goes on for longer than a request; resolves when it has. */
  readonly drainStreams: () => Promise<void>
}

/** LIBUS_LISTEN_DEFAULT shares the port (SO_REUSEPORT) with everybody who shares it. */
const sharedPort = 0
/** LIBUS_LISTEN_EXCLUSIVE_PORT: without it a second process would share the port unnoticed. */
const exclusivePort = 1

/** The types of uWebSockets.js leave out `listen` with host and options, and `close`, which its code has. */
type ListeningApp = TemplatedApp & {
  listen(
    host: string,
    port: number,
    options: number,
    callback: (socket: us_listen_socket | false) => void,
  ): TemplatedApp
  close(): void
}

/**
 * Listens; rejects when the address is taken, by others than those who share it when it is `shared`.
 * Unknown paths answer 404, known ones with another method 405.
 */
export function serve(
  routes: readonly Route[],
  sockets: readonly SocketRoute[],
  deps: Deps,
  address: { host: string; port: number; shared: boolean },
): Promise<Server> {
  const app = App() as ListeningApp
  const open = new OpenRequests()
  const respond = responder(deps, open)
  for (const { method, path, handle } of routes) {
    if (method === 'post') app.post(path, respond(path, unlessDraining(open, handle), true))
    else app.get(path, respond(path, handle)).head(path, respond(path, handle))
  }
  for (const socket of sockets)
    addSockets(app, socket, deps.log, (response, request, handler) =>
      respond(socket.path, unlessDraining(open, handler))(response, request),
    )
  for (const path of new Set(routes.map((route) => route.path)))
    app.any(path, respond(path, methodNotAllowed(routes, path)))
  app.any(
    '/*',
    respond('other', (exchange) => exchange.answer(answerRejection({ code: 'NOT_FOUND' }))),
  )

  return new Promise((resolve, reject) => {
    app.listen(
      address.host,
      address.port,
      address.shared ? sharedPort : exclusivePort,
      (socket) => {
        if (!socket) {
          reject(new Error(`cannot listen on ${address.host}:${address.port}: the port is taken`))
          return
        }
        resolve({
          url: `http://${address.host}:${us_socket_local_port(socket)}`,
          async drain(mostMs) {
            us_listen_socket_close(socket)
            const ended = Promise.all([open.drained(), deps.drainStreams()])
            await Promise.race([ended, pause(mostMs)])
            app.close()
          },
        })
      },
    )
  })
}

const unlessDraining =
  <E extends Exchange>(open: OpenRequests, handle: (exchange: E) => void) =>
  (exchange: E): void => {
    if (open.draining)
      exchange.answer(answerRejection({ code: 'UNAVAILABLE', retryAfterSeconds: 1 }))
    else handle(exchange)
  }

const methodNotAllowed = (routes: readonly Route[], path: string): Handler => {
  const methods = routes.flatMap((route) => {
    if (route.path !== path) return []
    return route.method === 'get' ? ['GET', 'HEAD'] : ['POST']
  })
  const answer = answerRejection({ code: 'METHOD_NOT_ALLOWED' }, [['Allow', methods.join(', ')]])
  return (exchange) => exchange.answer(answer)
}

const responder =
  (deps: Deps, open: OpenRequests) =>
  (route: string, handle: (exchange: OpenExchange) => void, isTraced = false) => {
    const observer = deps.metrics.route(route)
    const requests: RequestsOf = { ...deps, route, isTraced, observer, open }
    return (response: HttpResponse, request: HttpRequest): void => {
      const exchange = new OpenExchange(requests, response, request)
      try {
        handle(exchange)
      } catch (err) {
        deps.log.error({ err, request_id: exchange.requestId, route }, 'request failed')
        exchange.answer(answerRejection({ code: 'UNAVAILABLE', retryAfterSeconds: 1 }))
      }
    }
  }

/** What the requests of one route share. */
type RequestsOf = Deps & {
  readonly route: string
  /** What brings events; not what asks how ingest is. */
  readonly isTraced: boolean
  readonly observer: RouteObserver
  readonly open: OpenRequests
}

class OpenExchange implements Exchange {
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
