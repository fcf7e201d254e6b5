import type { WorkerProcess } from './worker-process.ts'

/**
 * A worker that has not answered for so many questions in a row, one after the other, is stuck. One that does not take
 * requests yet has longer: on a busy machine its start takes a while, and it answers nothing meanwhile.
 */
export const liveness = { answerWithinMs: 5_000, mostMissed: 6, mostMissedAtStart: 24 } as const

/** Asks the worker as long as it lives, at most once in `answerWithinMs`; resolves when it has ended or is stuck. */
export async function watchOver(
  worker: Pick<WorkerProcess, 'count' | 'ended' | 'isOpen'>,
  {
    answerWithinMs,
    mostMissed,
    mostMissedAtStart,
  }: Readonly<Record<keyof typeof liveness, number>>,
): Promise<'ended' | 'stuck'> {
  const ended = worker.ended.then(() => 'ended' as const)
  let hasStarted = false
  for (let missed = 0; missed < (hasStarted ? mostMissed : mostMissedAtStart); ) {
    const pause = new Promise<'asked'>((resolve) =>
      setTimeout(resolve, answerWithinMs, 'asked').unref(),
    )
    // The next question comes a whole pause after this one, also when the answer was quick.
    const answered = worker.count(answerWithinMs)
    if ((await Promise.race([pause, ended])) === 'ended') return 'ended'
    const startsNow: boolean = !hasStarted && worker.isOpen
    missed = (await answered) || startsNow ? 0 : missed + 1
    hasStarted ||= startsNow
  }
  return 'stuck'
}
