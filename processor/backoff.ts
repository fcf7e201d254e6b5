/**
 * How long to wait before the next try: doubles from 100 ms to 5 s, between half and all of it by chance, so that
 * those who failed together do not come back together.
 * @param attempt failures in a row so far, from 1
 * @param random a number from 0 up to 1
 */
export function backoffMs(attempt: number, random: number): number {
  const ceiling = Math.min(100 * 2 ** Math.min(attempt - 1, 10), 5000)
  return ceiling / 2 + (ceiling / 2) * random
}

/** Waits, or returns early when the signal is given. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
}
