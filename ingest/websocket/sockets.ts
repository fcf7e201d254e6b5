/**
 * WebSockets of uWebSockets.js: hands what comes on each to its listener, and decides nothing. Text and binary frames are
 * alike. Bounded by `mostMessageBytes`, beyond which uWebSockets cuts the connection off, and by what a client that does not
 * read may have unread when it pings: uWebSockets answers each ping. A client that neither sends anything nor answers pings
 * for `idleSeconds` is gone.
 */
import type { HttpRequest, HttpResponse, TemplatedApp, WebSocket } from 'uWebSockets.js'
import type { Log } from '../../contracts/log.ts'
import type { Exchange, Upgrade } from '../exchange.ts'

/** A path on which a GET may become a WebSocket. */
export type SocketRoute = {
  readonly path: string
  readonly mostMessageBytes: number
  /** Who listens, and the subprotocol ('' for none); undefined when the exchange is answered, or will be. */
  open(exchange: Exchange): Omit<Upgrade<SocketListener>, 'context'> | undefined
}

/** One open connection; not to be used any more once it is closed. */
export type Socket = {
  send(text: string): void
  /** What was sent and has not left. */
  unsentBytes(): number
  /** Closes behind what was sent; `closed` is called at once. */
  end(code: number, reason: string): void
}

export type SocketListener = {
  /** Called first. */
  opened(socket: Socket): void
  /** The bytes are the listener's. */
  message(bytes: Buffer): void
  /** Some of what was sent has left. */
  writable(): void
  /** Called last; 1006 when no close frame came. */
  closed(code: number): void
}

/** An exchange that may be upgraded instead of answered. */
type Upgradable = Exchange & { upgrade(to: Upgrade<SocketListener>): void }

const idleSeconds = 60
/** More than an ack with what may be unsent before it: a stream tells in several what it found in many events. */
const mostUnreadBytes = 4 * 1_048_576

type Open = { readonly listener: SocketListener; isClosed: boolean }

export function addSockets(
  app: TemplatedApp,
  route: SocketRoute,
  log: Log,
  handle: (
    response: HttpResponse,
    request: HttpRequest,
    handler: (exchange: Upgradable) => void,
  ) => void,
): void {
  app.ws<Open>(route.path, {
    maxPayloadLength: route.mostMessageBytes,
    // Listeners look at what has not left before they send.
    maxBackpressure: 0,
    idleTimeout: idleSeconds,
    sendPingsAutomatically: true,
    upgrade(response, request, context) {
      handle(response, request, (exchange) => {
        const opened = route.open(exchange)
        if (opened !== undefined) exchange.upgrade({ ...opened, context })
      })
    },
    open: (ws) => ws.getUserData().listener.opened(socketOf(ws)),
    message(ws, message) {
      const open = ws.getUserData()
      try {
        // The message's memory is the server's again when this returns: copy it.
        open.listener.message(Buffer.from(new Uint8Array(message)))
      } catch (err) {
        log.error({ err, route: route.path }, 'request failed')
        if (!open.isClosed) ws.end(1011, 'The frame could not be taken')
      }
    },
    ping(ws) {
      if (ws.getBufferedAmount() > mostUnreadBytes) ws.close()
    },
    drain: (ws) => ws.getUserData().listener.writable(),
    close(ws, code) {
      const open = ws.getUserData()
      open.isClosed = true
      open.listener.closed(code)
    },
  })
}

const socketOf = (ws: WebSocket<Open>): Socket => ({
  send: (text) => void ws.send(text),
  unsentBytes: () => ws.getBufferedAmount(),
  end: (code, reason) => void ws.end(code, reason),
})
