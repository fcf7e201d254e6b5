import type { WorkerProcess } from './worker-process.ts'

/** A worker that has not answered for so many questions in a row, one after the other, is stuck. */
export const liveness = { answerWithinMs: 5_000, mostMissed: 6 } as const

/** Asks the worker as long as it lives, at most once in `answerWithinMs`; resolves when it has ended or is stuck. */
export async function watchOver(
  worker: Pick<WorkerProcess, 'count' | 'ended'>,
  { answerWithinMs, mostMissed }: { answerWithinMs: number; mostMissed: number },
): Promise<'ended' | 'stuck'> {
  const ended = worker.ended.then(() => 'ended' as const)
  for (let missed = 0; missed < mostMissed; ) {
    const pause = new Promise<'asked'>((resolve) =>
      setTimeout(resolve, answerWithinMs, 'asked').unref(),
    )
    // The next question comes a whole pause after this one, also when the answer was quick.
    const answered = worker.count(answerWithinMs)
    if ((await Promise.race([pause, ended])) === 'ended') return 'ended'
    missed = (await answered) ? 0 : missed + 1
  }
  return 'stuck'
}
