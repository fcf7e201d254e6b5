/** How far each partition is behind, and what it waits for, for Prometheus. */
import { Counter, Gauge, type Registry } from 'prom-client'
import { lagOf, type Progress } from './lag.ts'
import type { PipelineObserver, Step } from './pipeline.ts'

const steps: readonly Step[] = ['position', 'store', 'dead letters']

export function partitionMetrics(
  registry: Registry,
  now: () => number,
): Pick<PipelineObserver, 'works' | 'waits' | 'failed'> & {
  paused(paused: unknown): void
  /** Undefined when the partition can be fetched. */
  unfetched(partition: number, reason: unknown): void
} {
  const registers = [registry]
  const working = new Map<number, () => Progress | undefined>()
  const waiting = new Set<number>()
  const unfetched = new Set<number>()
  const lags = () =>
    [...working].flatMap(([partition, progress]) => {
      const known = progress()
      return known === undefined ? [] : [{ partition, ...lagOf(known, now()) }]
    })
  new Gauge({
    name: 'pulse_processor_lag_records',
    help: 'Records of the log that are not counted yet, of the partitions that this processor has',
    labelNames: ['partition'],
    registers,
    collect() {
      this.reset()
      for (const { partition, records } of lags())
        if (records !== undefined) this.set({ partition }, records)
    },
  })
  new Gauge({
    name: 'pulse_processor_lag_seconds',
    help: 'Since the broker appended the oldest record that is not counted yet',
    labelNames: ['partition'],
    registers,
    collect() {
      this.reset()
      for (const { partition, seconds } of lags())
        if (seconds !== undefined) this.set({ partition }, seconds)
    },
  })
  new Gauge({
    name: 'pulse_processor_partitions_waiting',
    help: 'Partitions that wait for Postgres or Kafka; /ready says why',
    registers,
    collect() {
      this.set(new Set([...waiting, ...unfetched]).size)
    },
  })
  const isPaused = new Gauge({
    name: 'pulse_processor_paused',
    help: '1 while control has stopped this processor',
    registers,
  })
  const pauses = new Counter({
    name: 'pulse_processor_pauses_total',
    help: 'How often a partition began to wait, by what failed',
    labelNames: ['step'],
    registers,
  })
  const retries = new Counter({
    name: 'pulse_processor_retries_total',
    help: 'Failures that are tried again, by what failed',
    labelNames: ['step'],
    registers,
  })
  for (const counter of [pauses, retries]) for (const step of steps) counter.inc({ step }, 0)
  return {
    works(partition, progress) {
      working.set(partition, progress)
      return () => {
        // Whoever had the partition before may end after its next work has begun.
        if (working.get(partition) === progress) working.delete(partition)
      }
    },
    waits(partition, reason) {
      if (reason === undefined) waiting.delete(partition)
      else waiting.add(partition)
    },
    unfetched(partition, reason) {
      if (reason === undefined) unfetched.delete(partition)
      else unfetched.add(partition)
    },
    paused: (paused) => isPaused.set(paused === undefined ? 0 : 1),
    failed(step, again) {
      retries.inc({ step })
      if (!again) pauses.inc({ step })
    },
  }
}
