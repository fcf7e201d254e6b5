/** What the processor counts, for Prometheus. Labels are closed lists, partitions, and the first 200 event types. */
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import { type BatchMetrics, batchMetrics } from './batch-metrics.ts'
import type { ConsumeObserver } from './consume.ts'
import { type DeadLetterMetrics, deadLetterMetrics } from './dead-letter-metrics.ts'
import { partitionMetrics } from './partition-metrics.ts'
import type { PipelineObserver } from './pipeline.ts'
import { type ProjectionMetrics, projectionMetrics } from './projections/projection-metrics.ts'
import type { ObserveOperation } from './session.ts'
import type { StorageObserver } from './storage.ts'
import { storageMetrics } from './storage-metrics.ts'

export type ProcessorMetrics = {
  readonly consume: Pick<ConsumeObserver, 'fetched'>
  readonly pipeline: PipelineObserver
  /** Undefined when it works. */
  paused(paused: unknown): void
  /** Undefined when the partition can be fetched. */
  unfetched(partition: number, reason: unknown): void
  readonly deadLetters: DeadLetterMetrics
  readonly storage: StorageObserver
  readonly projections: ProjectionMetrics
  readonly operation: ObserveOperation
  readonly bisected: BatchMetrics['bisected']
  text(): Promise<string>
  readonly contentType: string
}

/** `now` in milliseconds since 1970. */
export function makeMetrics(now: () => number): ProcessorMetrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const consumed = new Histogram({
    name: 'kafka_consume_duration_seconds',
    help: "From the broker's append of a record to its being read here; the oldest of each fetch",
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 600, 3600, 21_600],
    registers,
  })
  const operations = new Histogram({
    name: 'db_operation_duration_seconds',
    help: 'Statements to Postgres by what they are for; copy and store are the two parts of a batch',
    labelNames: ['operation'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  })
  const { stored, bisected } = batchMetrics(registry, now)
  const { paused, unfetched, ...partitions } = partitionMetrics(registry, now)
  return {
    consume: { fetched: (seconds) => consumed.observe(Math.max(0, seconds)) },
    pipeline: { stored, ...partitions },
    paused,
    unfetched,
    deadLetters: deadLetterMetrics(registry),
    storage: storageMetrics(registry, now),
    projections: projectionMetrics(registry),
    operation: (operation, seconds) => operations.observe({ operation }, seconds),
    bisected,
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}
