/** A call of gRPC for tests: its client is the test, and its messages pass its gate as grpc-js has them pass. */
import { eventsService, type WireEvent } from '../../contracts/events-service.ts'
import { requestIdFrom } from '../../contracts/request-id.ts'
import { type Budget, Held } from '../budget.ts'
import { untraced } from '../tracing.ts'
import type { CallContext, DuplexCall } from './call.ts'
import { Gate } from './gate.ts'
import { type Received, received } from './received.ts'

type Told = { data: (message: Received) => void; end: () => void; cancelled: () => void }

export function aCall<Response>(
  budget: Budget,
  receive: (bytes: Buffer) => Received = received.inStream,
) {
  const told: Partial<Told> = {}
  const held = new Held(budget)
  const gate = new Gate(held)
  const written: Response[] = []
  const leaving: (() => void)[] = []
  const coming: (Buffer | 'end')[] = []
  let isPassing = false
  const next = (): void => {
    const message = coming.shift()
    if (message === 'end') told.end?.()
    if (message === undefined || message === 'end') return
    isPassing = true
    const received = receive(message)
    gate.pass(received.bytes, () => {
      isPassing = false
      told.data?.(received)
      next()
    })
  }
  const come = (message: Buffer | 'end') => {
    coming.push(message)
    if (!isPassing) next()
  }
  const call = {
    metadata: { get: () => [] },
    gate,
    on(event: keyof Told, tell: never) {
      told[event] = tell
    },
    write(message: Response, left: () => void) {
      written.push(message)
      leaving.push(left)
    },
  } as DuplexCall<Received, Response>
  return {
    call,
    written,
    /** One message; it comes when those before it have passed. */
    send: (...events: readonly WireEvent[]) => come(messageOf(events)),
    /** One message by its bytes. */
    sendBytes: come,
    halfClose: () => come('end'),
    vanish() {
      held.giveAll()
      told.cancelled?.()
    },
    /** The client has read what was written. */
    read() {
      for (const left of leaving.splice(0)) left()
    },
  }
}

/** As it is on the wire. */
export const messageOf = (events: readonly WireEvent[]): Buffer =>
  eventsService.publishStream.requestSerialize({ events })

export const aCallContext = (route = '/x'): CallContext => ({
  requestId: requestIdFrom(Date.UTC(2026, 0, 2), crypto.randomUUID()),
  route,
  trace: untraced,
  facts: { tenant: undefined, verdict: undefined, bytes: undefined, results: undefined },
})

export const aWireEvent = (given: Partial<WireEvent> = {}): WireEvent => ({
  json: Buffer.from('{}'),
  idempotency_key: crypto.randomUUID(),
  ordering_key: '',
  seq: 0,
  ...given,
})

export const wireEvents = (count: number, from = 0): WireEvent[] =>
  Array.from({ length: count }, (_, i) => aWireEvent({ seq: from + i }))
