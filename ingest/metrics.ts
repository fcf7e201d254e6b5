/** What ingest counts, for Prometheus. Labels are bounded: routes and codes are closed lists, tenants are configured. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { AdmitObserver, Verdict } from './admit.ts'

export type IngestMetrics = {
  readonly admission: AdmitObserver
  answered(route: string, status: number, seconds: number): void
  judged(tenantId: string, verdict: Verdict): void
  text(): Promise<string>
  readonly contentType: string
}

const latencyBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

export function makeMetrics(): IngestMetrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const requests = new Counter({
    name: 'pulse_ingest_requests_total',
    help: 'Requests answered, by route and HTTP status',
    labelNames: ['route', 'status'],
    registers,
  })
  const events = new Counter({
    name: 'pulse_ingest_events_total',
    help: 'Events judged, by tenant and verdict',
    labelNames: ['tenant', 'verdict'],
    registers,
  })
  const requestSeconds = new Histogram({
    name: 'pulse_ingest_request_duration_seconds',
    help: 'From the request line to the answer',
    labelNames: ['route'],
    buckets: latencyBuckets,
    registers,
  })
  const claims = new Histogram({
    name: 'pulse_ingest_claim_duration_seconds',
    help: 'Quota and claim in Redis, by what came of it',
    labelNames: ['outcome'],
    buckets: latencyBuckets,
    registers,
  })
  const produce = new Histogram({
    name: 'kafka_produce_duration_seconds',
    help: "From handing a record to the client to the broker's report",
    labelNames: ['outcome'],
    buckets: latencyBuckets,
    registers,
  })
  const inFlight = new Gauge({
    name: 'pulse_ingest_in_flight',
    help: 'Records that wait for the broker',
    registers,
  })
  return {
    admission: {
      claimed: (outcome, seconds) => claims.observe({ outcome }, seconds),
      produced: (outcome, seconds) => produce.observe({ outcome }, seconds),
      inFlight: (change) => inFlight.inc(change),
    },
    answered(route, status, seconds) {
      requests.inc({ route, status })
      requestSeconds.observe({ route }, seconds)
    },
    judged: (tenant, verdict) => events.inc({ tenant, verdict: verdictLabel(verdict) }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}

const verdictLabel = (verdict: Verdict): string => {
  if (verdict.kind === 'rejected') return verdict.code.toLowerCase()
  return verdict.duplicate ? 'duplicate' : 'accepted'
}
