/**
 * Waits for a condition instead of sleeping. `probe` is asked every 20 ms until it answers something other than false,
 * null or undefined, which is the result. It may throw while the condition is not met. After `withinMs` the error says
 * what was awaited and what was seen last.
 */
import { setTimeout as pause } from 'node:timers/promises'

export async function until<T>(
  what: string,
  probe: () => T | Promise<T>,
  withinMs = 15_000,
): Promise<Exclude<T, false | null | undefined>> {
  const deadline = performance.now() + withinMs
  let seen: unknown
  for (;;) {
    try {
      const answer = await probe()
      if (answer !== false && answer !== null && answer !== undefined) return answer as never
      seen = answer
    } catch (error) {
      seen = error
    }
    if (performance.now() > deadline) {
      throw new Error(`not within ${withinMs} ms: ${what}; last seen: ${Bun.inspect(seen)}`)
    }
    await pause(20)
  }
}
