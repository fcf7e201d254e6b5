/** Wakes those who wait for events of some types. What comes while one of them is busy is remembered for it, once. */
export type Nudge = {
  /** Events of these types were stored. */
  give(types: Iterable<string>): void
  /** For one who waits again and again, for any of these types. */
  listen(types: readonly string[]): Listener
}

/** Resolves at the next nudge, after `ms`, or at the signal; at once when there was one since it last resolved. */
export type Listener = (ms: number, signal: AbortSignal) => Promise<void>

/** What the store counts as a type when there are many: it may be any. */
const anyType = 'other'

export function makeNudge(): Nudge {
  const listeners = new Set<(stored: ReadonlySet<string>) => void>()
  return {
    give(types) {
      const stored = new Set(types)
      for (const hear of listeners) hear(stored)
    },
    listen(types) {
      let heard = false
      let wake = () => {}
      listeners.add((stored) => {
        if (!stored.has(anyType) && !types.some((type) => stored.has(type))) return
        heard = true
        wake()
      })
      return async (ms, signal) => {
        if (!heard && !signal.aborted) {
          const { promise, resolve } = Promise.withResolvers<void>()
          const timer = setTimeout(resolve, ms)
          wake = () => resolve()
          signal.addEventListener('abort', wake)
          await promise
          signal.removeEventListener('abort', wake)
          clearTimeout(timer)
        }
        heard = false
      }
    },
  }
}
