/**
 * All streams of the process, of whatever door: looks after them once a second, and ends them when the process stops.
 */
import { farewellMs } from '../timing.ts'
import type { StreamEnd } from './event-stream.ts'

/** A stream that somebody may look after. */
export type Attended = {
  /** Once a second: whether the key is in force still, and whether there is room again. */
  attend(): void
  end(why: StreamEnd): void
}

export type Streams = {
  /** Returns what is to be called once the stream is over. */
  add(stream: Attended): () => void
  /** Ends all of them; resolves when they are over. */
  drain(): Promise<void>
}

const attendMs = 1_000

export function makeStreams(): Streams {
  const all = new Set<Attended>()
  let drained: Promise<void> | undefined
  let whenEmpty: (() => void) | undefined
  const timer = setInterval(() => {
    for (const stream of all) stream.attend()
  }, attendMs)

  return {
    add(stream) {
      if (drained !== undefined) {
        stream.end('stopping')
        return () => {}
      }
      all.add(stream)
      return () => {
        all.delete(stream)
        if (all.size === 0) whenEmpty?.()
      }
    },
    drain() {
      clearInterval(timer)
      drained ??= new Promise((resolve) => {
        whenEmpty = () => setTimeout(resolve, farewellMs)
        if (all.size === 0) resolve()
        for (const stream of all) stream.end('stopping')
      })
      return drained
    },
  }
}
