/** Wakes those who wait. What comes while one of them is busy is remembered for it, once. */
export type Nudge = {
  give(): void
  /** For one who waits again and again. */
  listen(): Listener
}

/** Resolves at the next nudge, after `ms`, or at the signal; at once when there was one since it last resolved. */
export type Listener = (ms: number, signal: AbortSignal) => Promise<void>

export function makeNudge(): Nudge {
  const waiting = new Set<() => void>()
  let given = 0
  return {
    give() {
      given++
      for (const wake of [...waiting]) wake()
    },
    listen() {
      let seen = given
      return async (ms, signal) => {
        if (seen === given && !signal.aborted) await oneOf(waiting, ms, signal)
        seen = given
      }
    },
  }
}

function oneOf(waiting: Set<() => void>, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      waiting.delete(wake)
      clearTimeout(timer)
      signal.removeEventListener('abort', wake)
      resolve()
    }
    const timer = setTimeout(wake, ms)
    waiting.add(wake)
    signal.addEventListener('abort', wake)
  })
}
