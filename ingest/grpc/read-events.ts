import type { EventsRequest, WireEvent } from '../../contracts/events-service.ts'
import type { ReadableCall } from './call.ts'

export type Reading = {
  /** To be called when fewer events are open than were. */
  goOn(): void
}

export type EventsSink = {
  take(events: readonly WireEvent[]): void
  /** The client has sent all that it wanted, or is about to be gone. */
  ended(): void
}

/**
 * Reads a call's messages as they come, and no further while the stream has as many open as it may: then HTTP/2 holds
 * the client back.
 */
export function readEvents(
  call: ReadableCall<EventsRequest>,
  stream: { readonly open: number; readonly window: number },
  { take, ended }: EventsSink,
): Reading {
  let isPaused = false
  call.on('data', ({ events }) => {
    take(events)
    if (stream.open < stream.window) return
    isPaused = true
    call.pause()
  })
  call.on('end', ended)
  return {
    goOn() {
      if (!isPaused || stream.open > stream.window / 2) return
      isPaused = false
      call.resume()
    },
  }
}
