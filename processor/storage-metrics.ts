/** What the storage jobs did, for Prometheus. */
import { Counter, Gauge, type Registry } from 'prom-client'
import type { StorageJob, StorageObserver } from './storage.ts'

const jobs: readonly StorageJob[] = [
  'days_ahead',
  'drop_days',
  'trim_ledger',
  'trim_counts',
  'trim_event_batches',
]

/** `now` in milliseconds since 1970. */
export function storageMetrics(registry: Registry, now: () => number): StorageObserver {
  const registers = [registry]
  const succeeded = new Gauge({
    name: 'pulse_processor_storage_success_timestamp_seconds',
    help: 'When a storage job was last through without an error, in seconds since 1970',
    labelNames: ['job'],
    registers,
  })
  const failures = new Counter({
    name: 'pulse_processor_storage_failures_total',
    help: 'Storage jobs that failed; the next round tries again',
    labelNames: ['job'],
    registers,
  })
  const dropped = new Counter({
    name: 'pulse_processor_storage_days_dropped_total',
    help: 'Days that were dropped because they were past their retention',
    labelNames: ['table'],
    registers,
  })
  const trimmed = new Counter({
    name: 'pulse_processor_storage_rows_trimmed_total',
    help: 'Rows that were deleted because they were past their retention',
    labelNames: ['table'],
    registers,
  })
  for (const job of jobs) failures.inc({ job }, 0)
  return {
    done: (job) => succeeded.set({ job }, now() / 1000),
    failed: (job) => failures.inc({ job }),
    dropped: (table) => dropped.inc({ table }),
    trimmed: (table, rows) => trimmed.inc({ table }, rows),
  }
}
