/** How far each projection is, and what it did here, for Prometheus. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { ProjectionObserver } from './follow.ts'
import type { ProjectionState } from './progress.ts'

export type ProjectionMetrics = Omit<ProjectionObserver, 'waits'> & {
  /** Projections whose declarations are broken. */
  broken(names: readonly string[]): void
  /** What is known of all of them; undefined when it is not. */
  states(known: readonly ProjectionState[] | undefined): void
}

export function projectionMetrics(registry: Registry): ProjectionMetrics {
  const registers = [registry]
  const labelNames = ['projection'] as const
  let known: readonly ProjectionState[] = []
  let brokenNames: readonly string[] = []
  const gauge = (name: string, help: string, value: (state: ProjectionState) => number) =>
    new Gauge({
      ...{ name, help, labelNames, registers },
      collect() {
        this.reset()
        for (const state of known) this.set({ projection: state.name }, value(state))
      },
    })
  gauge(
    'pulse_processor_projection_lag_records',
    'Records that are counted and that a projection has not passed, whichever processor runs it',
    ({ behind }) => behind,
  )
  new Gauge({
    name: 'pulse_processor_projection_paused',
    help: '1 while a projection stands still because it failed; /ready says why',
    ...{ labelNames, registers },
    collect() {
      this.reset()
      for (const { name, pausedWhy } of known)
        this.set({ projection: name }, pausedWhy === null ? 0 : 1)
      for (const projection of brokenNames) this.set({ projection }, 1)
    },
  })
  gauge(
    'pulse_processor_projection_unfit_events',
    'Events that a projection left out because they are not as it declares them, since it began',
    ({ unfit }) => unfit,
  )
  gauge(
    'pulse_processor_projection_missed_events',
    'Events that were dropped before a projection read them: so many at most are missing in its tables',
    ({ missed }) => missed,
  )
  const applied = new Counter({
    name: 'pulse_processor_projection_events_total',
    help: 'Events that this processor applied to the tables of a projection',
    ...{ labelNames, registers },
  })
  const seconds = new Histogram({
    name: 'pulse_processor_projection_step_duration_seconds',
    help: 'One transaction of a projection: reading, applying, moving on',
    buckets: [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    ...{ labelNames, registers },
  })
  const failures = new Counter({
    name: 'pulse_processor_projection_failures_total',
    help: "Steps that failed, by whose fault it was: the projection's, or the world's",
    labelNames: ['projection', 'fault'],
    registers,
  })
  return {
    states(states = []) {
      known = states
    },
    broken(names) {
      brokenNames = names
    },
    moved(projection, step, took) {
      applied.inc({ projection }, step.applied)
      seconds.observe({ projection }, took)
    },
    failed: (projection, fault) => failures.inc({ projection, fault }),
  }
}
