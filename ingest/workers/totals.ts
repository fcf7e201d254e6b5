/**
 * What all workers have counted together. Promises that no counter ever falls because a worker ended: what it had
 * counted when it last said so stays in the sum. Its gauges go with it.
 */
import { AggregatorRegistry, Counter, Gauge, Registry } from 'prom-client'
import type { MetricsSnapshot } from '../metrics.ts'

export type Totals = {
  /** A worker has ended; it is replaced. */
  ended(last: MetricsSnapshot): void
  /**
   * The sum in Prometheus' text format, each gauge by its own aggregator. `living` are the last answers of all workers,
   * of whom so many have answered now.
   */
  text(living: readonly MetricsSnapshot[], answering: number): Promise<string>
}

/** `configured` is how many workers there should be. */
export function makeTotals(configured: number): Totals {
  const registry = new Registry()
  const workers = new Gauge({
    name: 'pulse_ingest_workers',
    help: 'Worker processes: configured, and those that take requests and answer their supervisor',
    labelNames: ['state'],
    registers: [registry],
  })
  const ends = new Counter({
    name: 'pulse_ingest_workers_ended_total',
    help: 'Worker processes that ended without being told to, and were replaced',
    registers: [registry],
  })
  let gone: MetricsSnapshot = []

  return {
    ended(last) {
      ends.inc()
      gone = sumOf([gone, last.filter(({ type }) => isCumulative(String(type)))])
    },
    async text(living, answering) {
      // In one go, without waiting in between: a worker that ends meanwhile must not be counted twice.
      const all = sumOf([gone, ...living])
      workers.set({ state: 'configured' }, configured)
      workers.set({ state: 'answering' }, answering)
      return AggregatorRegistry.aggregate([all, await registry.getMetricsAsJSON()]).metrics()
    },
  }
}

const isCumulative = (type: string): boolean => type === 'counter' || type === 'histogram'

/** prom-client aggregates into a registry, whose metrics have what a snapshot's have. */
const sumOf = (snapshots: readonly MetricsSnapshot[]): MetricsSnapshot =>
  AggregatorRegistry.aggregate([...snapshots] as object[]).getMetricsAsArray() as never
