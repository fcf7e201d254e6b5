import type { ReadableCall } from './call.ts'
import type { Received } from './received.ts'

export type Reading = {
  /** To be called when fewer events are open than were. */
  goOn(): void
  /** To be called once a second: who sends although there is no room is heard that often, and no more. */
  attend(): void
}

export type EventsSink = {
  take(message: Received): void
  /** Whether more would be let in. */
  hasRoom(): boolean
  /** What the client sent next does not fit the budget: it will not come. */
  noRoom(): void
  /** The client has sent all that it wanted, or is about to be gone. */
  ended(): void
}

/**
 * Reads a call's messages as they come, and no further while the stream has as many open as it may, or there is no room
 * for more: then HTTP/2 holds the client back.
 */
export function readEvents(
  call: ReadableCall<Received>,
  stream: { readonly open: number; readonly window: number },
  { take, hasRoom, noRoom, ended }: EventsSink,
): Reading {
  let isHeld = false
  call.on('data', (message) => {
    take(message)
    if (stream.open < stream.window && hasRoom()) return
    isHeld = true
    call.gate.shut()
  })
  call.gate.onNoRoom(noRoom)
  call.on('end', ended)
  const attend = () => {
    if (!isHeld || stream.open > stream.window / 2) return
    isHeld = false
    call.gate.open()
  }
  return {
    goOn() {
      if (isHeld && hasRoom()) attend()
    },
    attend,
  }
}
