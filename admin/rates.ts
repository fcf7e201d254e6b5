/** How fast events flow and batches are stored, from the measurements of the last minutes. Pure. */
import type { Flow, Work } from '../views/pipeline-facts.ts'
import type { BatchTotals, Sample } from './history.ts'

const flowMs = 60_000
const workMs = 5 * 60_000

export function flowOf(samples: readonly Sample[]): Flow {
  const last = samples.at(-1)
  const recent = last === undefined ? [] : samples.filter(({ atMs }) => atMs >= last.atMs - flowMs)
  const first = recent[0]
  return {
    accepted: rateOf(recent, ({ door }) => door?.accepted ?? null),
    refused: rateOf(recent, ({ door }) => door?.refused ?? null),
    written: rateOf(recent, ({ log }) => log && sum(log.partitions, ({ end }) => end), topicIn),
    counted: rateOf(
      recent,
      countedIn(({ countedTo }) => countedTo),
      topicIn,
    ),
    stored: rateOf(
      recent,
      countedIn(({ stored }) => stored),
      topicIn,
    ),
    duplicate: rateOf(
      recent,
      countedIn(({ duplicate }) => duplicate),
      topicIn,
    ),
    dead: rateOf(
      recent,
      countedIn(({ dead }) => dead),
      topicIn,
    ),
    overMs:
      first === undefined || last === undefined || first === last ? null : last.atMs - first.atMs,
  }
}

export function workOf(samples: readonly Sample[]): Work {
  const last = samples.at(-1)
  const recent = samples.filter(
    ({ atMs, batches }) => batches !== null && atMs >= (last?.atMs ?? 0) - workMs,
  )
  const from = recent[0]
  const to = recent.at(-1)
  const none = { recordsPerBatch: null, batchesPerSecond: null, storeP50Ms: null, storeP95Ms: null }
  if (!from?.batches || !to?.batches || from === to) return none
  // A processor that began anew counts from zero.
  const done =
    to.batches.batches >= from.batches.batches ? since(from.batches, to.batches) : to.batches
  return {
    recordsPerBatch: done.batches > 0 ? done.records / done.batches : null,
    batchesPerSecond: (done.batches * 1000) / (to.atMs - from.atMs),
    storeP50Ms: quantileMs(done.byDuration, 0.5),
    storeP95Ms: quantileMs(done.byDuration, 0.95),
  }
}

/** Per second between the first and the last that were measured; null when there are not two, or what is counted is another. */
function rateOf(
  samples: readonly Sample[],
  measuredIn: (sample: Sample) => number | null,
  identityOf: (sample: Sample) => string | undefined = () => '',
): number | null {
  const measured = samples.filter((sample) => measuredIn(sample) !== null)
  const first = measured[0]
  const last = measured.at(-1)
  if (first === undefined || last === undefined || first === last) return null
  const change = (measuredIn(last) ?? 0) - (measuredIn(first) ?? 0)
  if (identityOf(first) !== identityOf(last) || change < 0) return null
  return (change * 1000) / (last.atMs - first.atMs)
}

const topicIn = ({ log }: Sample): string | undefined => log?.topicId

const countedIn =
  (termOf: (row: NonNullable<Sample['counted']>[number]) => number) =>
  ({ counted, log }: Sample): number | null =>
    counted === null || log === null
      ? null
      : sum(
          counted.filter(({ topicId }) => topicId === log.topicId),
          termOf,
        )

const sum = <T>(all: readonly T[], partOf: (one: T) => number): number =>
  all.reduce((total, one) => total + partOf(one), 0)

function since(from: BatchTotals, to: BatchTotals): BatchTotals {
  return {
    batches: to.batches - from.batches,
    records: to.records - from.records,
    byDuration: to.byDuration.map(({ most, count }, i) => ({
      most,
      count: count - (from.byDuration[i]?.count ?? 0),
    })),
  }
}

/** As Prometheus' `histogram_quantile`: within a bucket evenly spread; beyond the last bound nobody knows. */
function quantileMs(buckets: BatchTotals['byDuration'], share: number): number | null {
  const all = buckets.at(-1)?.count ?? 0
  if (all === 0) return null
  const rank = share * all
  const at = buckets.findIndex(({ count }) => count >= rank)
  const bucket = buckets[at]
  if (bucket === undefined || bucket.most === Number.POSITIVE_INFINITY) return null
  const before = buckets[at - 1] ?? { most: 0, count: 0 }
  const within =
    bucket.count === before.count ? 1 : (rank - before.count) / (bucket.count - before.count)
  return 1000 * (before.most + within * (bucket.most - before.most))
}
