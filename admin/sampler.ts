/**
 * Takes a measurement every few seconds, whether anybody looks or not: a verdict needs to have watched. Failures become
 * nulls. One measurement at a time: a slow one makes the next one late.
 */
import type { AskMetrics } from './ask-metrics.ts'
import { doorOf } from './door.ts'
import { type Metrics, sumOf } from './exposition.ts'
import type { BatchTotals, History, Sample } from './history.ts'
import { ask } from './outage.ts'
import type { Positions } from './positions.ts'
import { known } from './unmeasured.ts'

export type SamplerDeps = {
  readonly readPositions: () => Promise<Positions>
  readonly ingestMetrics: AskMetrics
  readonly processorMetrics: AskMetrics
  readonly now: () => Date
}

export const sampleEveryMs = 5_000

export function makeTakeSample(deps: SamplerDeps, config: { readonly probeMs: number }) {
  return async (): Promise<Sample> => {
    const [positions, ingest, processor] = await Promise.all([
      deps.readPositions(),
      ask('Ingest', config.probeMs, deps.ingestMetrics),
      ask('Processor', config.probeMs, deps.processorMetrics),
    ])
    return {
      atMs: deps.now().getTime(),
      counted: known(positions.counted),
      log: known(positions.log),
      door: ingest.ok ? totalsOf(ingest.value) : null,
      batches: processor.ok ? batchTotalsOf(processor.value) : null,
    }
  }
}

/** Runs until the returned function is called; whoever calls it may wait for the last measurement. */
export function startSampling(
  takeSample: () => Promise<Sample>,
  history: History,
  everyMs = sampleEveryMs,
): () => Promise<void> {
  let stopped = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let running: Promise<void>
  const round = async () => {
    history.add(await takeSample())
    if (stopped) return
    timer = setTimeout(() => {
      running = round()
    }, everyMs)
  }
  running = round()
  return async () => {
    stopped = true
    clearTimeout(timer)
    await running
  }
}

function totalsOf(metrics: Metrics): Sample['door'] {
  const { accepted, refusals } = doorOf(metrics)
  return { accepted, refused: refusals.reduce((sum, { count }) => sum + count, 0) }
}

export function batchTotalsOf(metrics: Metrics): BatchTotals {
  return {
    batches: sumOf(metrics.of('pulse_processor_batch_records_count')),
    records: sumOf(metrics.of('pulse_processor_batch_records_sum')),
    byDuration: metrics
      .of('pulse_processor_store_duration_seconds_bucket')
      .map(({ labels, value }) => ({ most: boundOf(labels.le), count: value }))
      .sort((a, b) => a.most - b.most),
  }
}

const boundOf = (text = ''): number => (text === '+Inf' ? Number.POSITIVE_INFINITY : Number(text))
