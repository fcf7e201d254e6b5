/** One direction of a connection: what enters leaves in order, each after the delay that holds when it enters. */

/** Returns what carries an act. `delayMs` is asked for each. */
export function makeLane(delayMs: () => number): (act: () => void) => void {
  const queue: { readonly at: number; readonly act: () => void }[] = []

  const deliver = (): void => {
    // A timer may fire a little early.
    while (queue[0] && queue[0].at <= performance.now() + 1) queue.shift()?.act()
  }

  return (act) => {
    const ms = delayMs()
    if (ms === 0 && queue.length === 0) return act()
    // Never before what entered earlier, also when the delay has ended meanwhile.
    const at = Math.max(performance.now() + ms, queue.at(-1)?.at ?? 0)
    queue.push({ at, act })
    setTimeout(deliver, at - performance.now())
  }
}
