/**
 * What ingest counts, for Prometheus. Labels are bounded: routes, codes and outcomes are closed lists, and only the
 * first tenants have series of their own. An observation is a look-up and an addition.
 */
import { collectDefaultMetrics, Registry } from 'prom-client'
import { type DependencyMetrics, dependencyMetrics } from './dependency-metrics.ts'
import { type DoorMetrics, doorMetrics } from './door-metrics.ts'
import { type IngestState, registerState } from './state-metrics.ts'
import type { Troubles } from './troubles.ts'

/** What is read at /metrics, in Prometheus' text format. */
export type Exposition = {
  text(): Promise<string>
  readonly contentType: string
}

/** Every metric with its values and how it is aggregated. */
export type MetricsSnapshot = Awaited<ReturnType<Registry['getMetricsAsJSON']>>

export type IngestMetrics = Exposition &
  DoorMetrics &
  DependencyMetrics & {
    /** What is measured when somebody asks. */
    watch(state: IngestState): void
    snapshot(): Promise<MetricsSnapshot>
  }

/** `tenants` of them have series of their own. */
export function makeMetrics(tenants: number, troubles: Troubles): IngestMetrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return {
    ...doorMetrics(registry, tenants, troubles),
    ...dependencyMetrics(registry, troubles),
    watch: (state) => registerState(registry, state),
    text: () => registry.metrics(),
    snapshot: () => registry.getMetricsAsJSON(),
    contentType: registry.contentType,
  }
}
