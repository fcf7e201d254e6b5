/**
 * What ingest asks of tracing. A request that is not recorded costs nothing, and the `traceparent` that its producer sent
 * goes into the record as it came.
 */
import type { Taken } from './claims.ts'
import type { Door } from './door-metrics.ts'
import type { Facts } from './exchange.ts'
import type { Delivery } from './produce.ts'

/** The way of one request, told as it happens. Instants are of `performance.now()`. */
export type RequestTrace = {
  readonly traceId: string | undefined
  /** Redis was asked for one of its events at that instant, and has just answered. */
  claimed(askedAt: number, outcome: Taken['kind']): void
  /** A record of it goes to Kafka's client: the `traceparent` that goes with it. */
  sending(): string | undefined
  /** What became of such a record. */
  reported(delivery: Delivery['kind']): void
  answered(requestId: string, status: number, code: string, facts: Facts): void
}

export type Tracing = {
  /** `traceparent` as the producer sent it. Without a door it is a request over HTTP. */
  request(route: string, traceparent: string | undefined, door?: Door): RequestTrace
  /** Sends what is left, or gives it up. */
  close(): Promise<void>
}

/** A request that is not recorded. */
class PassedOn implements RequestTrace {
  readonly #traceparent: string | undefined

  constructor(traceparent: string | undefined) {
    this.#traceparent = traceparent
  }

  get traceId(): string | undefined {
    return this.#traceparent?.split('-')[1]
  }

  claimed(): void {}

  sending(): string | undefined {
    return this.#traceparent
  }

  reported(): void {}

  answered(): void {}
}

export const untraced: RequestTrace = new PassedOn(undefined)

export const notRecorded = (traceparent: string | undefined): RequestTrace =>
  traceparent === undefined ? untraced : new PassedOn(traceparent)

export const noTracing: Tracing = {
  request: (_route, traceparent) => notRecorded(traceparent),
  close: async () => {},
}
