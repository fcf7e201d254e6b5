/** Requests and events, and what became of them. */
import { Gauge, type Registry } from 'prom-client'
import { type RejectionCode, rejections } from '../contracts/rejections.ts'
import { latencyBuckets, makeCounter, makeHistogram } from './observations.ts'
import { once, onceForFirst } from './series.ts'
import type { Troubles } from './troubles.ts'
import { nameOf, type Verdict } from './verdict.ts'

/** How a request ended: a refusal's code, or one of these. */
export type AnswerCode = RejectionCode | 'OK' | 'CLIENT_GONE'
type Refused = Exclude<AnswerCode, 'OK'>

export type Door = 'websocket' | 'grpc'

/** How a stream ended: refused with a code, left by its client in good order or not, or with the process. */
export type StreamEndCode = AnswerCode | 'STOPPING'

export type StreamObserver = {
  opened(): void
  ended(as: StreamEndCode): void
}

/** The status of CLIENT_GONE, which nobody was answered: nginx's. */
export const clientGone = 499

export type RouteObserver = {
  answered(status: number, code: AnswerCode, seconds: number): void
}

export type DoorMetrics = {
  /** To be kept: it has found its series. */
  route(path: string): RouteObserver
  judged(tenantId: string, verdict: Verdict): void
  /** So many events came together and are admitted together. */
  batch(events: number): void
  /** To be kept. */
  streams(door: Door): StreamObserver
}

/** No tenant can be called that. */
const otherTenants = '(other)'

export function doorMetrics(registry: Registry, tenants: number, troubles: Troubles): DoorMetrics {
  const requests = makeCounter(registry, {
    name: 'pulse_ingest_requests_total',
    help: 'Requests answered, by route, HTTP status and code',
  })
  const requestSeconds = makeHistogram(
    registry,
    {
      name: 'pulse_ingest_request_duration_seconds',
      help: "From a request's headers to its answer",
    },
    latencyBuckets,
  )
  const events = makeCounter(registry, {
    name: 'pulse_ingest_events_total',
    help: 'Events judged, by tenant and verdict',
  })
  const batchEvents = makeHistogram(
    registry,
    { name: 'pulse_ingest_batch_events', help: 'Events in a batch, or in a frame of a stream' },
    [1, 10, 100, 1000, 10_000],
  )({})
  const openStreams = new Gauge({
    name: 'pulse_ingest_streams',
    help: 'Streams that are open, by door',
    labelNames: ['door'],
    registers: [registry],
    aggregator: 'sum',
  })
  const endedStreams = makeCounter(registry, {
    name: 'pulse_ingest_streams_ended_total',
    help: 'Streams that ended, by door and how',
  })

  const byTenant = onceForFirst(tenants, otherTenants, (tenant) => ({
    // The verdict of nearly every event: without a look-up.
    accepted: events({ tenant, verdict: 'accepted' }),
    other: once((verdict: string) => events({ tenant, verdict })),
  }))
  return {
    route: once((path) => {
      const route = { route: path }
      const seconds = requestSeconds(route)
      // A refusal's code has one status, and what is no refusal one code.
      const byOutcome = once((outcome: number | Refused) =>
        typeof outcome === 'number'
          ? requests({ ...route, status: String(outcome), code: 'OK' })
          : requests({ ...route, status: String(statusOf(outcome)), code: outcome }),
      )
      return {
        answered(status, code, took) {
          byOutcome(code === 'OK' ? status : code).inc()
          seconds.observe(took)
        },
      }
    }),
    judged(tenantId, verdict) {
      const ofTenant = byTenant(tenantId)
      const name = nameOf(verdict)
      if (name === 'accepted') return ofTenant.accepted.inc()
      ofTenant.other(name).inc()
      if (name === 'OVERLOADED') troubles.happened('overloaded', 1)
      else if (name === 'UNAVAILABLE') troubles.happened('unavailable', 1)
      else if (name === 'UNCONFIRMED') troubles.happened('unconfirmed', 1)
    },
    batch: (events) => batchEvents.observe(events),
    streams: once((door) => {
      const ended = once((code: StreamEndCode) => endedStreams({ door, code }))
      openStreams.set({ door }, 0)
      return {
        opened: () => openStreams.inc({ door }),
        ended(as) {
          openStreams.dec({ door })
          ended(as).inc()
        },
      }
    }),
  }
}

const statusOf = (code: Refused): number =>
  code === 'CLIENT_GONE' ? clientGone : rejections[code].status
