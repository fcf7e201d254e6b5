/** What ingest counts, for Prometheus. Labels are bounded: routes and codes are closed lists, tenants are configured. */
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { AdmissionObserver } from './admission.ts'
import type { Budget } from './budget.ts'
import { makeCounter, makeHistogram } from './observations.ts'
import type { Verdict } from './verdict.ts'

/** What is read at /metrics, in Prometheus' text format. */
export type Exposition = {
  text(): Promise<string>
  readonly contentType: string
}

/** Every metric with its values and how it is aggregated. */
export type MetricsSnapshot = Awaited<ReturnType<Registry['getMetricsAsJSON']>>

export type IngestMetrics = Exposition & {
  readonly admission: AdmissionObserver
  answered(route: string, status: number, seconds: number): void
  judged(tenantId: string, verdict: Verdict): void
  /** A batch of so many events was read. */
  batch(events: number): void
  snapshot(): Promise<MetricsSnapshot>
}

const latencyBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
const batchBuckets = [1, 10, 100, 1000, 10_000]

export function makeMetrics(budget: Budget): IngestMetrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const requests = makeCounter(registry, {
    name: 'pulse_ingest_requests_total',
    help: 'Requests answered, by route and HTTP status',
  })
  const events = makeCounter(registry, {
    name: 'pulse_ingest_events_total',
    help: 'Events judged, by tenant and verdict',
  })
  const claims = makeCounter(registry, {
    name: 'pulse_ingest_claims_total',
    help: 'Claims asked for, by what came of it',
  })
  const requestSeconds = makeHistogram(
    registry,
    { name: 'pulse_ingest_request_duration_seconds', help: 'From the request line to the answer' },
    latencyBuckets,
  )
  const claimSeconds = makeHistogram(
    registry,
    {
      name: 'pulse_ingest_claim_duration_seconds',
      help: 'One call to Redis for quota and claims of the events that came together',
    },
    latencyBuckets,
  )({})
  const produceSeconds = makeHistogram(
    registry,
    {
      name: 'kafka_produce_duration_seconds',
      help: "From handing a record to the client to the broker's report",
    },
    latencyBuckets,
  )
  const batchEvents = makeHistogram(
    registry,
    { name: 'pulse_ingest_batch_events', help: 'Events in a batch that could be read' },
    batchBuckets,
  )({})
  inFlightGauges(registry, budget)

  const byStatus = once2((route, status) => requests({ route, status }))
  const byRoute = once((route) => requestSeconds({ route }))
  const byVerdict = once2((tenant, verdict) => events({ tenant, verdict }))
  const byClaim = once((outcome) => claims({ outcome }))
  const byDelivery = once((outcome) => produceSeconds({ outcome }))
  return {
    admission: {
      asked: (_, seconds) => claimSeconds.observe(seconds),
      claimed: (outcome) => byClaim(outcome).inc(),
      produced: (outcome, seconds) => byDelivery(outcome).observe(seconds),
    },
    answered(route, status, seconds) {
      byStatus(route, String(status)).inc()
      byRoute(route).observe(seconds)
    },
    judged: (tenantId, verdict) => byVerdict(tenantId, verdictLabel(verdict)).inc(),
    batch: (events) => batchEvents.observe(events),
    text: () => registry.metrics(),
    snapshot: () => registry.getMetricsAsJSON(),
    contentType: registry.contentType,
  }
}

function inFlightGauges(registry: Registry, budget: Budget): void {
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(value())
      },
    })
  gauge('pulse_ingest_in_flight', 'Events under way', () => budget.events)
  gauge('pulse_ingest_in_flight_bytes', 'Bytes of events under way', () => budget.bytes)
}

const verdictLabel = (verdict: Verdict): string => {
  if (verdict.kind === 'rejected') return verdict.code.toLowerCase()
  return verdict.duplicate ? 'duplicate' : 'accepted'
}

/** Makes each series on its first use. */
function once<T>(make: (name: string) => T): (name: string) => T {
  const made = new Map<string, T>()
  return (name) => {
    const known = made.get(name)
    if (known !== undefined) return known
    const one = make(name)
    made.set(name, one)
    return one
  }
}

function once2<T>(
  make: (first: string, second: string) => T,
): (first: string, second: string) => T {
  const byFirst = once((first) => once((second) => make(first, second)))
  return (first, second) => byFirst(first)(second)
}
