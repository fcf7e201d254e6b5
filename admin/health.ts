/** Measures every dependency now, all at once, each with its own short deadline. */
import type { Dependency, DependencyName, Health } from '../views/facts.ts'
import type { Kafka } from './kafka.ts'
import { type Answer, ask } from './outage.ts'
import type { AskReady, Readiness } from './ready.ts'
import type { Store } from './store.ts'

export type ProbeDeps = {
  readonly store: Pick<Store, 'ping'>
  readonly kafka: Pick<Kafka, 'ping'>
  readonly ingest: AskReady
  readonly processor: AskReady
}

type Probes = Readonly<Record<DependencyName, () => Promise<Dependency>>>

export function makeProbes(deps: ProbeDeps, config: { readonly probeMs: number }): Probes {
  const probe = (name: string, work: AskReady) => async () =>
    dependencyOf(name, await ask(name, config.probeMs, work))
  return {
    postgres: probe('PostgreSQL', () => deps.store.ping().then(answers)),
    kafka: probe('Kafka', () => deps.kafka.ping().then(answers)),
    ingest: probe('Ingest', deps.ingest),
    processor: probe('Processor', deps.processor),
  }
}

const answers = (): Readiness => ({ status: 200, degraded: [], reasons: [] })

export function makeMeasureHealth(probes: Probes, now: () => Date) {
  return async (): Promise<Health> => {
    const [postgres, kafka, ingest, processor] = await Promise.all([
      probes.postgres(),
      probes.kafka(),
      probes.ingest(),
      probes.processor(),
    ])
    const dependencies = { postgres, kafka, ingest, processor }
    return { status: statusOf(dependencies), dependencies, measuredAt: now() }
  }
}

function dependencyOf(name: string, answer: Answer<Readiness>): Dependency {
  const { ms } = answer
  if (!answer.ok) return { state: 'down', ms, error: answer.outage.why }
  const { status, degraded, reasons, partitions, paused } = answer.value
  const held = {
    ...(partitions && { partitions }),
    ...(paused !== undefined && { paused }),
  }
  if (status !== 200)
    return { state: 'down', ms, error: `${name} is not ready (${status})`, reasons, ...held }
  return {
    ...{ state: 'up', ms, ...held },
    ...(degraded.length > 0 && { degraded }),
    ...(paused && { reasons }),
  }
}

/** Without Kafka or ingest no event can be taken; without the rest events are taken and wait. */
function statusOf(of: Readonly<Record<DependencyName, Dependency>>): Health['status'] {
  if (of.kafka.state === 'down' || of.ingest.state === 'down') return 'down'
  const fine = Object.values(of).every((one) => one.state === 'up' && !one.degraded && !one.paused)
  return fine ? 'ok' : 'degraded'
}
