/** What the processor counts, for Prometheus. Labels are closed lists and partitions. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { ConsumeObserver } from './consume.ts'
import type { PipelineObserver } from './pipeline.ts'

export type ProcessorMetrics = {
  readonly consume: Pick<ConsumeObserver, 'lag'>
  readonly pipeline: Omit<PipelineObserver, 'waits'>
  bisected(): void
  text(): Promise<string>
  readonly contentType: string
}

export function makeMetrics(): ProcessorMetrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const records = new Counter({
    name: 'pulse_processor_records_total',
    help: 'Records counted, by outcome',
    labelNames: ['outcome'],
    registers,
  })
  const storeSeconds = new Histogram({
    name: 'pulse_processor_store_duration_seconds',
    help: 'From handing a batch to the store to its commit',
    buckets: [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  })
  const published = new Counter({
    name: 'pulse_processor_dead_letters_published_total',
    help: 'Dead letters sent to their topic',
    registers,
  })
  const bisections = new Counter({
    name: 'pulse_processor_bisections_total',
    help: 'Batches halved because Postgres refused a value in them',
    registers,
  })
  const lag = new Gauge({
    name: 'pulse_processor_lag_records',
    help: 'Records between the last fetched one and the end of the log',
    labelNames: ['partition'],
    registers,
  })
  return {
    consume: { lag: (partition, count) => lag.set({ partition }, count) },
    pipeline: {
      stored(counts, seconds) {
        for (const [outcome, count] of Object.entries(counts)) records.inc({ outcome }, count)
        storeSeconds.observe(seconds)
      },
      published: (letters) => published.inc(letters),
    },
    bisected: () => bisections.inc(),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}
