/**
 * `/stream`: a WebSocket on which events come and verdicts go. Authenticated once, when it opens; the key has to stay in
 * force. Flow control is credit: a client may send as many events as it was told, and is told of more with each verdict,
 * unless the tenant's quota is used up, too much is under way, or verdicts take long. So what waits for a slow reader is
 * bounded by its credit. Frames are bounded by `mostFrameBytes`, and by the budget, which holds each until its last verdict.
 */
import { answerRejection } from '../answer.ts'
import type { StreamEndCode } from '../door-metrics.ts'
import type { Exchange } from '../exchange.ts'
import type { Refusal } from '../refusal.ts'
import { apiKeyOf, traceparentOf } from '../request-headers.ts'
import {
  EventStream,
  type Judged,
  type Outlet,
  type StreamDeps,
  type StreamEnd,
} from '../stream/event-stream.ts'
import type { Streams } from '../stream/streams.ts'
import { strangers } from '../verdict.ts'
import { offeredIn, subprotocol } from './credentials.ts'
import { Credit } from './credit.ts'
import { readFrame } from './frame.ts'
import { ackText, closingOf, openText, refusalText } from './messages.ts'
import type { Socket, SocketListener, SocketRoute } from './sockets.ts'

type Deps = StreamDeps & { readonly streams: Streams }

type Limits = { readonly maxEventBytes: number }

/** More than the largest event that can be configured, with what stands around it. */
export const mostFrameBytes = 1_048_576
const tooLarge: Refusal = {
  code: 'PAYLOAD_TOO_LARGE',
  message: `The frame is larger than ${mostFrameBytes} bytes`,
}
/** What may wait in the socket before verdicts wait here. */
const mostUnsentBytes = 65_536

export function makeStreamRoute(deps: Deps, limits: Limits): SocketRoute {
  return {
    path: '/stream',
    // A frame that is somewhat too large is refused with a reason; a larger one is cut off.
    mostMessageBytes: 2 * mostFrameBytes,
    open(exchange) {
      const offered = offeredIn(exchange.request.getHeader('sec-websocket-protocol'))
      const apiKey = apiKeyOf(exchange.request) || offered.apiKey
      const tenant = deps.tenants.byKey(apiKey)
      if (typeof tenant === 'string') {
        exchange.answer(answerRejection(strangers[tenant]))
        return undefined
      }
      exchange.facts.tenant = tenant.id
      const listener = new ClientStream(deps, limits, apiKey, exchange)
      return { protocol: offered.speaksPulse ? subprotocol : '', listener }
    },
  }
}

class ClientStream implements SocketListener, Outlet<number> {
  readonly #deps: Deps
  readonly #maxEventBytes: number
  readonly #requestId: string
  readonly #credit: Credit
  readonly #stream: EventStream<number>
  #socket: Socket | undefined
  #endedAs: StreamEndCode | undefined
  #leave: () => void = () => {}

  constructor(
    deps: Deps,
    { maxEventBytes }: Limits,
    apiKey: string,
    { request, requestId }: Exchange,
  ) {
    this.#deps = deps
    this.#maxEventBytes = maxEventBytes
    this.#requestId = requestId
    const traceparent = traceparentOf(request)
    const of = { door: 'websocket', route: '/stream', apiKey, requestId, traceparent } as const
    this.#stream = new EventStream(deps, of, this)
    this.#credit = new Credit(this.#stream.window)
  }

  opened(socket: Socket): void {
    this.#socket = socket
    const opened = {
      request_id: this.#requestId,
      credit: this.#credit.left,
      max_event_bytes: this.#maxEventBytes,
      max_frame_bytes: mostFrameBytes,
    }
    socket.send(openText(opened))
    this.#deps.metrics.streams('websocket').opened()
    this.#leave = this.#deps.streams.add({
      attend: () => this.#attend(),
      end: (why) => this.#stream.end(why),
    })
  }

  message(bytes: Buffer): void {
    if (this.#stream.isEnding) return
    const refusal = this.#take(bytes)
    if (refusal !== undefined) this.#stream.end(refusal)
  }

  /** Takes what it can of the frame, and returns why it takes no more. */
  #take(bytes: Buffer): Refusal | undefined {
    if (bytes.length > mostFrameBytes) return tooLarge
    const { events, broken } = readFrame(bytes, this.#maxEventBytes)
    const { left } = this.#credit
    if (!this.#credit.take(events.length))
      return {
        code: 'CREDIT_EXCEEDED',
        message: `${events.length} events came on a credit of ${left}`,
      }
    this.#stream.take(events, bytes.length)
    return broken === undefined ? undefined : { code: 'INVALID_FRAME', message: broken }
  }

  writable(): void {
    this.#stream.flush()
  }

  closed(code: number): void {
    this.#socket = undefined
    this.#stream.abandon()
    this.#leave()
    this.#deps.metrics.streams('websocket').ended(this.#endedAs ?? endedBy(code))
  }

  isFree(): boolean {
    return this.#socket !== undefined && this.#socket.unsentBytes() < mostUnsentBytes
  }

  write(judged: readonly Judged<number>[]): void {
    this.#credit.owe(judged.length)
    const { window, open, hasRoom } = this.#stream
    this.#socket?.send(ackText(judged, hasRoom ? this.#credit.grant(window, open) : 0))
  }

  close(why: StreamEnd): void {
    if (why === 'finished') return
    this.#endedAs = why === 'stopping' ? 'STOPPING' : why.code
    if (why !== 'stopping') this.#socket?.send(refusalText(why))
    const { code, reason } = closingOf(why)
    this.#socket?.end(code, reason)
  }

  #attend(): void {
    const { isEnding } = this.#stream
    if (isEnding || this.#stream.tenant() === undefined) return
    if (this.#credit.owed > 0 && this.isFree() && this.#stream.hasRoom) this.write([])
  }
}

/** RFC 6455: 1006 stands for a connection that ended without a close frame. */
const endedBy = (code: number): StreamEndCode => (code === 1006 ? 'CLIENT_GONE' : 'OK')
