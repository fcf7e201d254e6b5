import { pause } from './backoff.ts'

/**
 * Does something now and again until the signal is given, `everyMs` after it has ended, give or take a tenth: several
 * processors drift apart. `work` answers for its own failures.
 */
export async function repeat(
  work: () => Promise<void>,
  everyMs: number,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await work()
    await pause(everyMs * (0.9 + 0.2 * Math.random()), signal)
  }
}
