/** Measures every dependency now, all at once, each with its own short deadline. */
import type { Dependency, DependencyName, Health } from '../views/facts.ts'
import type { Kafka } from './kafka.ts'
import { type Answer, ask } from './outage.ts'
import type { AskReady, Readiness } from './ready.ts'
import type { Store } from './store.ts'

export type HealthDeps = {
  readonly store: Pick<Store, 'ping'>
  readonly kafka: Pick<Kafka, 'ping'>
  readonly ingest: AskReady
  readonly processor: AskReady
  readonly now: () => Date
}

export function makeMeasureHealth(deps: HealthDeps, config: { probeMs: number }) {
  return async (): Promise<Health> => {
    const { probeMs } = config
    const [postgres, kafka, ingest, processor] = await Promise.all([
      ask('PostgreSQL', probeMs, () => deps.store.ping().then(ready)),
      ask('Kafka', probeMs, () => deps.kafka.ping().then(ready)),
      ask('Ingest', probeMs, deps.ingest),
      ask('Processor', probeMs, deps.processor),
    ])
    const dependencies = {
      postgres: dependency(postgres),
      kafka: dependency(kafka),
      ingest: dependency(ingest),
      processor: dependency(processor),
    }
    return { status: statusOf(dependencies), dependencies, measuredAt: deps.now() }
  }
}

const ready = (): Readiness => ({ degraded: [] })

function dependency(answer: Answer<Readiness>): Dependency {
  const { ms } = answer
  if (!answer.ok) return { state: 'down', ms, error: answer.outage.why }
  const degraded = answer.value.degraded
  return degraded.length > 0 ? { state: 'up', ms, degraded } : { state: 'up', ms }
}

/** Without Kafka or ingest no event can be taken; without the rest events are taken and wait. */
export function statusOf(of: Readonly<Record<DependencyName, Dependency>>): Health['status'] {
  if (of.kafka.state === 'down' || of.ingest.state === 'down') return 'down'
  const fine = Object.values(of).every((one) => one.state === 'up' && one.degraded === undefined)
  return fine ? 'ok' : 'degraded'
}
