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
import { setTimeout as pause } from 'node:timers/promises'
import { answerRejection } from './answer.ts'
import {
  type Exchange,
  type Handler,
  OpenExchange,
  type RequestDeps,
  type RequestsOf,
} from './exchange.ts'
import { OpenRequests } from './open-requests.ts'
import { addSockets, type SocketRoute } from './websocket/sockets.ts'

export type Route = {
  readonly method: 'get' | 'post'
  readonly path: string
  readonly handle: Handler
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

type Deps = RequestDeps & {
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
