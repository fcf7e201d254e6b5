/** Who runs when: one warm-up each, then A B A B …, so that what changes with time meets all of them alike. */
import type { Opened, Sample } from './bench.ts'

export type Samples = Readonly<Record<string, readonly Sample[]>>

/** `said` is told before each run what it is. */
export async function takeTurns(
  opened: Pick<Opened, 'contenders' | 'warmUp' | 'run'>,
  runs: number,
  said: (text: string) => void,
): Promise<Samples> {
  const { contenders } = opened
  const samples = new Map<string, Sample[]>(contenders.map((name) => [name, []]))
  for (const contender of contenders) {
    said(`warm-up: ${contender}`)
    await opened.warmUp(contender)
  }
  for (let run = 1; run <= runs; run++) {
    for (const contender of contenders) {
      said(`run ${run} of ${runs}: ${contender}`)
      samples.get(contender)?.push(await opened.run(contender))
    }
  }
  return Object.fromEntries(samples)
}
