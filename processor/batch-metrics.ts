/** Batches, and what became of their records by type, for Prometheus. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { PipelineObserver, StoredBatch } from './pipeline.ts'
import { makeRates, windowSeconds } from './rates.ts'
import { makeTypeLabels } from './type-labels.ts'

export type BatchMetrics = Pick<PipelineObserver, 'stored'> & { bisected(): void }

const secondsBuckets = [
  0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 600, 3600,
]

export function batchMetrics(registry: Registry, now: () => number): BatchMetrics {
  const registers = [registry]
  const outcomes = outcomeMetrics(registry, now)
  const storeSeconds = new Histogram({
    name: 'pulse_processor_store_duration_seconds',
    help: 'From handing a batch to the store to its commit',
    buckets: secondsBuckets,
    registers,
  })
  const batchRecords = new Histogram({
    name: 'pulse_processor_batch_records',
    help: 'Records in a batch',
    buckets: [1, 10, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 100_000],
    registers,
  })
  const batchBytes = new Histogram({
    name: 'pulse_processor_batch_bytes',
    help: 'Bytes of the values in a batch',
    buckets: [1e3, 1e4, 1e5, 2.5e5, 5e5, 1e6, 2.5e6, 5e6, 1e7],
    registers,
  })
  const batchAge = new Histogram({
    name: 'pulse_processor_batch_age_seconds',
    help: "From the broker's append of a batch's first record to the batch's commit",
    buckets: secondsBuckets,
    registers,
  })
  const bisections = new Counter({
    name: 'pulse_processor_bisections_total',
    help: 'Batches halved because Postgres refused a value in them',
    registers,
  })
  return {
    stored(batch) {
      outcomes(batch)
      storeSeconds.observe(batch.ms / 1000)
      batchRecords.observe(batch.records)
      batchBytes.observe(batch.bytes)
      batchAge.observe(Math.max(0, batch.ageMs / 1000))
    },
    bisected: () => bisections.inc(),
  }
}

function outcomeMetrics(registry: Registry, now: () => number): (batch: StoredBatch) => void {
  const registers = [registry]
  const labelOf = makeTypeLabels()
  const rates = makeRates()
  const records = new Counter({
    name: 'pulse_processor_records_total',
    help: 'Records counted, by outcome',
    labelNames: ['outcome'],
    registers,
  })
  const processed = new Counter({
    name: 'events_processed_total',
    help: 'Events processed, by type (the first 200, then other; unknown: not readable) and status',
    labelNames: ['type', 'status'],
    registers,
  })
  new Gauge({
    name: 'events_processed_per_second',
    help: `Events processed a second, by type, over the last ${windowSeconds} seconds`,
    labelNames: ['type'],
    registers,
    collect() {
      for (const [type, rate] of rates.read(now() / 1000)) this.set({ type }, rate)
    },
  })
  const deadLetters = new Counter({
    name: 'dlq_entries_total',
    help: 'Dead letters stored',
    registers,
  })
  return ({ counts, types }) => {
    for (const [outcome, count] of Object.entries(counts)) records.inc({ outcome }, count)
    deadLetters.inc(counts.dead)
    for (const { type: name, ...byStatus } of types) {
      const type = labelOf(name)
      for (const [status, count] of Object.entries(byStatus))
        if (count > 0) processed.inc({ type, status }, count)
      rates.add(type, byStatus.stored + byStatus.duplicate + byStatus.dead, now() / 1000)
    }
  }
}
