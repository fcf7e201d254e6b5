/** Messages of events as they are read: no further than a message may go, so that a small one cannot cost much. Pure. */
import {
  eventsIn,
  eventsService,
  type PublishRequest,
  type WireEvent,
} from '../../contracts/events-service.ts'
import { maxBatchEvents } from '../batch/split.ts'
import { mostOpen } from '../stream/window.ts'

export type Received = {
  /** Undefined where there are more than a message of the method may have. */
  readonly events: readonly WireEvent[] | undefined
  /** Of the whole message, whatever else is in it: its events are views of it. */
  readonly bytes: number
}

const receiver =
  (most: number) =>
  (bytes: Buffer): Received => ({ events: eventsIn(bytes, most), bytes: bytes.length })

const ofOne = (bytes: Buffer): PublishRequest & { readonly bytes: number } => ({
  event: eventsService.publish.requestDeserialize(bytes).event,
  bytes: bytes.length,
})

export const received = {
  ofOne,
  inBatch: receiver(maxBatchEvents),
  inStream: receiver(mostOpen),
} as const
