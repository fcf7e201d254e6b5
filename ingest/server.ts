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
  us_socket_local_port,
} from 'uWebSockets.js'
import { STATUS_CODES } from 'node:http'
import type { Log } from '../contracts/log.ts'
import { type Answer, answerRejection } from './answer.ts'
import type { IngestMetrics } from './metrics.ts'

/** One request under way. `request` may only be read before the handler first waits. */
export type Exchange = {
  readonly request: HttpRequest
  readonly response: HttpResponse
  readonly requestId: string
  /** Called when the client goes away before the answer. */
  onGone: () => void
}

/** Answers a request; undefined when the client has gone and nobody waits for an answer. */
export type Handler = (exchange: Exchange) => Promise<Answer | undefined>

export type Route = {
  readonly method: 'get' | 'post'
  readonly path: string
  readonly handle: Handler
}

export type Server = {
  readonly url: string
  /**
   * Takes nothing new: connections are refused, further POSTs on open ones too, and each connection ends with its
   * answer. Resolves when every request under way has its answer, or after `mostMs`, when the rest is cut off.
   */
  drain(mostMs: number): Promise<void>
}

type Deps = {
  readonly metrics: IngestMetrics
  readonly log: Log
  readonly makeRequestId: () => string
}

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

/** Listens; rejects when the address is taken. Unknown paths answer 404, known ones with another method 405. */
export function serve(
  routes: readonly Route[],
  deps: Deps,
  address: { host: string; port: number },
): Promise<Server> {
  const app = App() as ListeningApp
  const open = new OpenRequests()
  const respond = responder(deps, open)
  for (const { method, path, handle } of routes) {
    app[method](path, respond(path, method === 'post' ? unlessDraining(open, handle) : handle))
    if (method === 'get') app.head(path, respond(path, handle))
  }
  for (const path of new Set(routes.map((route) => route.path)))
    app.any(path, respond(path, methodNotAllowed(routes, path)))
  app.any(
    '/*',
    respond('other', async () => answerRejection({ code: 'NOT_FOUND' })),
  )

  return new Promise((resolve, reject) => {
    app.listen(address.host, address.port, exclusivePort, (socket) => {
      if (!socket) {
        reject(new Error(`cannot listen on ${address.host}:${address.port}: the port is taken`))
        return
      }
      resolve({
        url: `http://${address.host}:${us_socket_local_port(socket)}`,
        async drain(mostMs) {
          us_listen_socket_close(socket)
          await open.drained(mostMs)
          app.close()
        },
      })
    })
  })
}

const unlessDraining =
  (open: OpenRequests, handle: Handler): Handler =>
  async (exchange) =>
    open.draining
      ? answerRejection({ code: 'UNAVAILABLE', retryAfterSeconds: 1 })
      : await handle(exchange)

const methodNotAllowed = (routes: readonly Route[], path: string): Handler => {
  const methods = routes.flatMap((route) => {
    if (route.path !== path) return []
    return route.method === 'get' ? ['GET', 'HEAD'] : ['POST']
  })
  return async () =>
    answerRejection({ code: 'METHOD_NOT_ALLOWED' }, [['Allow', methods.join(', ')]])
}

const responder =
  ({ metrics, log, makeRequestId }: Deps, open: OpenRequests) =>
  (route: string, handle: Handler) =>
  (response: HttpResponse, request: HttpRequest): void => {
    const started = performance.now()
    const requestId = makeRequestId()
    const withBody = request.getCaseSensitiveMethod() !== 'HEAD'
    const exchange: Exchange = { request, response, requestId, onGone() {} }
    let gone = false
    open.begin()
    response.onAborted(() => {
      gone = true
      exchange.onGone()
    })
    void handle(exchange)
      .catch((err) => {
        log.error({ err, request_id: requestId, route }, 'request failed')
        return answerRejection({ code: 'UNAVAILABLE', retryAfterSeconds: 1 })
      })
      .then((answer) => {
        if (answer !== undefined && !gone) {
          const close = answer.closes === true || open.draining
          response.cork(() => write(response, answer, { requestId, withBody, close }))
        }
        const ms = performance.now() - started
        const status = gone ? 499 : (answer?.status ?? 499)
        metrics.answered(route, status, ms / 1000)
        log.debug({ request_id: requestId, route, status, ms }, 'request')
        open.end()
      })
  }

function write(
  response: HttpResponse,
  answer: Answer,
  { requestId, withBody, close }: { requestId: string; withBody: boolean; close: boolean },
): void {
  response.writeStatus(`${answer.status} ${STATUS_CODES[answer.status] ?? ''}`)
  response.writeHeader('X-Request-Id', requestId)
  response.writeHeader('Content-Type', answer.contentType ?? 'application/json')
  for (const [name, value] of answer.headers) response.writeHeader(name, value)
  // Not endWithoutBody, which would tell the body's length: uWebSockets does not go on with the connection after it.
  response.end(withBody ? answer.body : '', close)
}

/** Requests under way, and whether more may come. */
class OpenRequests {
  draining = false
  #count = 0
  #whenEmpty: (() => void) | undefined

  begin(): void {
    this.#count++
  }

  end(): void {
    if (--this.#count === 0) this.#whenEmpty?.()
  }

  drained(mostMs: number): Promise<void> {
    this.draining = true
    if (this.#count === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#whenEmpty = resolve
      setTimeout(resolve, mostMs)
    })
  }
}
