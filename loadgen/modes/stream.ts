/**
 * Events on streams, many in a frame or message, each with a number by which its verdict comes back, as a batch's results
 * have it. Pure.
 */
import type { Kind } from '../kinds.ts'
import { batch } from './batch.ts'
import type { Mode, Place } from './mode.ts'

/** Frames of a WebSocket: text in text, so that what is not JSON may break it, and what is nothing is no event. */
export const websocket: Mode = {
  ...batch,
  transport: 'websocket',
  place: (kind) => (kind.name === 'not-json' || kind.name === 'empty' ? 'none' : inMessage(kind)),
}

/** Messages of gRPC: an event is whatever bytes it has. */
export const grpc: Mode = { ...batch, transport: 'grpc', place: inMessage }

/** A stream is opened once, so that there is no request of an event's own to be wrong. */
function inMessage({ request }: Kind): Place {
  return request === 'wrong-media-type' || request === 'unknown-api-key' ? 'none' : 'any'
}
