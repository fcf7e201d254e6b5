/** The order in which Pulse comes up: stores, schema and topics, services, sample events, the summary. */
import { StepFailure, type Steps } from '../bootstrap/step.mjs'
import { ensureDatabase } from '../database.ts'
import { migrate } from '../migrate.ts'
import { bringUp, installMissing } from '../native/infrastructure.ts'
import { choosePorts } from '../ports.ts'
import { createTopics, topicsOfContract } from '../topics.ts'
import type { Children } from './children.ts'
import { publishRuntime } from './runtime.ts'
import { awaitOutcomes, sampleEvents, sendSamples } from './samples.ts'
import { startServices } from './services.ts'
import { summary } from './summary.ts'

const preferredPorts = {
  postgres: 5432,
  redis: 6379,
  kafka: 9092,
  ingest: 8080,
  admin: 8081,
  processor: 8082,
}

export type Place = {
  readonly state: string
  readonly logs: string
  readonly cache: string
  readonly runtime: string
}

/** Every process it spawns is in `children`, also when it fails half-way. Writes runtime.json. */
export async function bringPulseUp(place: Place, steps: Steps, children: Children): Promise<void> {
  const { state: dir, logs, cache } = place
  await installMissing(place, steps)
  const ports = await choosePorts(preferredPorts)
  const stores = await bringUp({ dir, logs, cache, ports, durable: true }, steps, children.add)
  const kafka = stores.kafka.url
  const redis = stores.redis.url
  const postgres = await prepare(stores.postgres.url, kafka, steps)
  await startServices({ kafka, postgres, redis, ports }, logs, steps, children.add)

  const url = (port: number) => `http://127.0.0.1:${port}`
  const urls = {
    ingest: url(ports.ingest),
    admin: url(ports.admin),
    processor: url(ports.processor),
  }
  publishRuntime(place.runtime, {
    ...urls,
    kafka,
    postgres,
    redis,
    pids: children.pids(),
  })
  const samples = sampleEvents(crypto.randomUUID().slice(0, 8), new Date())
  const outcomes = await steps.run('samples', async () => {
    await sendSamples(urls.ingest, samples)
    const found = await awaitOutcomes(postgres, samples)
    return { result: found, detail: `${found.length} of ${samples.length} accounted for` }
  })
  process.stdout.write(summary(samples, outcomes, urls, steps.paint))
}

/** The schema and the topics; returns the URL of the database. */
async function prepare(server: string, broker: string, steps: Steps): Promise<string> {
  const [database] = await Promise.all([
    steps.run('schema', async () => {
      const url = await ensureDatabase(server, 'pulse')
      const { applied, version } = await migrate(url).catch(explainMigration)
      const detail = applied > 0 ? `${applied} migrations applied` : `version ${version}`
      return { result: url, detail }
    }),
    steps.run('topics', async () => {
      const created = await createTopics(broker)
      const all = topicsOfContract.map(({ name }) => name)
      return { result: created, detail: all.join(' ') }
    }),
  ])
  return database
}

function explainMigration(error: Error): never {
  throw new StepFailure(`The schema could not be brought up to date: ${error.message}`, {
    advice:
      'Applied migrations never change: add a new one, or delete .pulse/postgres to begin again.',
  })
}
