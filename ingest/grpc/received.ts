/** Messages of events as they are read. Pure. */
import { eventsService, type WireEvent } from '../../contracts/events-service.ts'

export type Received = {
  readonly events: readonly WireEvent[]
  /** Of the whole message, whatever else is in it: what is read are views of it. */
  readonly bytes: number
}

export const received = (bytes: Buffer): Received => ({
  events: eventsService.publishStream.requestDeserialize(bytes).events,
  bytes: bytes.length,
})
