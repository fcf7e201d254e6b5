import { reasonOf } from '../contracts/reason.ts'

/**
 * Whether events can be taken now, measured on asking. Without Kafka they cannot, nor before tenants and keys are
 * loaded; without Redis they can, with the ledger alone to remove repeats, and so they can with tenants and keys as they
 * were when the topic could be read last.
 */
export type Readiness = {
  readonly ready: boolean
  /** Whether each of what it depends on is as it should be. */
  readonly up: Readonly<Record<'kafka' | 'redis' | 'control', boolean>>
  readonly body: {
    readonly status: 'ready' | 'not ready'
    readonly degraded: readonly string[]
    readonly reasons: readonly string[]
  }
}

export function makeReadiness(probes: {
  kafka: () => Promise<void>
  redis: () => Promise<void>
  control: { state(): unknown; trouble(): string | undefined }
  draining: () => boolean
}): () => Promise<Readiness> {
  let asking: Promise<Readiness> | undefined

  const measure = async (): Promise<Readiness> => {
    const [kafka, redis] = await Promise.allSettled([probes.kafka(), probes.redis()])
    const trouble = probes.control.trouble()
    const isLoaded = probes.control.state() !== undefined
    const reasons = [
      ...(probes.draining() ? ['draining'] : []),
      ...(kafka.status === 'rejected' ? [`kafka: ${reasonOf(kafka.reason)}`] : []),
      ...(isLoaded ? [] : [`control: ${trouble}`]),
    ]
    const ready = reasons.length === 0
    const degraded = [
      ...(redis.status === 'rejected' ? ['redis'] : []),
      ...(isLoaded && trouble !== undefined ? ['control'] : []),
    ]
    const up = {
      kafka: kafka.status === 'fulfilled',
      redis: redis.status === 'fulfilled',
      control: trouble === undefined,
    }
    return { ready, up, body: { status: ready ? 'ready' : 'not ready', degraded, reasons } }
  }

  // Those who ask at once share one measurement: a probe storm must not become a load on Kafka.
  return () => {
    asking ??= measure().finally(() => {
      asking = undefined
    })
    return asking
  }
}
