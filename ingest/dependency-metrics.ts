/** What Redis and Kafka were asked, how long it took, and what came of it. */
import type { Registry } from 'prom-client'
import type { AdmissionObserver } from './admission.ts'
import { latencyBuckets, makeCounter, makeHistogram } from './observations.ts'
import type { RedisObserver } from './redis-observed.ts'
import { once, once2 } from './series.ts'
import type { Troubles } from './troubles.ts'

export type DependencyMetrics = {
  readonly admission: AdmissionObserver
  readonly redis: RedisObserver
}

export function dependencyMetrics(registry: Registry, troubles: Troubles): DependencyMetrics {
  const claims = makeCounter(registry, {
    name: 'pulse_ingest_claims_total',
    help: 'Events whose claim was asked for, by what came of it',
  })
  const claimsTold = makeCounter(registry, {
    name: 'pulse_ingest_claims_told_total',
    help: 'Claims that Redis was told to confirm or to release, by whether it heard',
  })
  const redisSeconds = makeHistogram(
    registry,
    {
      name: 'pulse_ingest_redis_duration_seconds',
      help: 'One call of a script for many events, by script and whether Redis answered in time',
    },
    latencyBuckets,
  )
  const produceSeconds = makeHistogram(
    registry,
    {
      name: 'kafka_produce_duration_seconds',
      help: "From handing a record to the client to the broker's report, by what it was",
    },
    // A record may wait for as long as its delivery times out.
    [...latencyBuckets, 10, 20],
  )

  const byClaim = once((outcome: string) => claims({ outcome }))
  const byTold = once2((what: string, heard: string) => claimsTold({ what, heard }))
  const byScript = once2((script: string, outcome: string) => redisSeconds({ script, outcome }))
  const byDelivery = once((outcome: string) => produceSeconds({ outcome }))
  return {
    admission: {
      claimed: (outcome) => byClaim(outcome).inc(),
      produced(delivery, seconds) {
        byDelivery(delivery.kind).observe(seconds)
        if (delivery.kind === 'failed') troubles.happened('not_produced', 1, delivery.reason)
        else if (delivery.kind === 'unknown') troubles.happened('not_reported', 1, delivery.reason)
      },
    },
    redis: {
      called: (script, outcome, seconds) => byScript(script, outcome).observe(seconds),
      told(what, count, heard) {
        byTold(what, heard ? 'yes' : 'no').inc(count)
        if (!heard) troubles.happened('claims_not_told', count)
      },
    },
  }
}
