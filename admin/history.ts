/** What was measured in the last minutes, oldest first: what rates and verdicts are made of. Bounded by time and number. */
import type { CountedPartition } from './conservation.ts'
import type { TopicLog } from './kafka.ts'

/** One measurement. What could not be measured is null. */
export type Sample = {
  readonly atMs: number
  readonly counted: readonly CountedPartition[] | null
  readonly log: TopicLog | null
  readonly door: { readonly accepted: number; readonly refused: number } | null
  readonly batches: BatchTotals | null
}

/** What a processor has done since it started. */
export type BatchTotals = {
  readonly batches: number
  readonly records: number
  /** Batches by how long they took at most, in seconds, smallest bound first; the last is infinite. */
  readonly byDuration: readonly { readonly most: number; readonly count: number }[]
}

export type History = {
  add(sample: Sample): void
  read(): readonly Sample[]
}

export const keptMs = 10 * 60_000
const mostSamples = 1000

export function makeHistory(): History {
  let samples: readonly Sample[] = []
  return {
    add(sample) {
      samples = [...samples, sample]
        .filter(({ atMs }) => atMs > sample.atMs - keptMs && atMs <= sample.atMs)
        .slice(-mostSamples)
    },
    read: () => samples,
  }
}
