/**
 * A whole Pulse for one test file: its own database, topics and consumer group, and real processes. Kafka, Postgres
 * and Redis are the run's own unless other addresses are given.
 */
import { type Environment, stackEnvironment } from '../service.ts'
import { openSql, type Sql } from '../sql.ts'
import type { TestAddresses } from '../test/addresses.ts'
import { testAddresses } from './addresses.ts'
import { freshDatabase, type TestDatabase } from './database.ts'
import { type Service, spawnService } from './service.ts'
import { freshTopics } from './topics.ts'
import { until } from './until.ts'

export type Answer = {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: an answer is looked into by tests
  readonly body: any
}

export type Pulse = Awaited<ReturnType<typeof startPulse>>

export type PulseOptions = {
  readonly at?: Partial<TestAddresses>
  readonly apiKeys?: string
  readonly admin?: boolean
  /** Instead of a fresh one. */
  readonly database?: TestDatabase
  /** Where a service goes to the database with a role of its own. */
  readonly databaseUrls?: { readonly processor: string; readonly admin: string }
  /** Settings of ingest besides the usual ones, or instead of them. */
  readonly ingest?: Environment
}

export async function startPulse(options: PulseOptions = {}) {
  const at = { ...testAddresses(), ...options.at }
  const [topics, database] = await Promise.all([
    freshTopics(at.kafka),
    options.database ?? freshDatabase(at.postgres),
  ])
  const sql: Sql = openSql(database.url, 2)
  const shared = stackEnvironment(at.kafka, topics)
  const apiKeys = options.apiKeys ?? 'tenant_a:key_a:unlimited,tenant_b:key_b:unlimited'
  const startIngest = () =>
    spawnService('ingest', {
      ...shared,
      REDIS_URL: at.redis,
      API_KEYS: apiKeys,
      ...options.ingest,
    })
  const startProcessor = (env: Environment = {}) =>
    spawnService('processor', {
      ...shared,
      DATABASE_URL: options.databaseUrls?.processor ?? database.url,
      REDIS_URL: at.redis,
      ...env,
    })
  const startAdmin = (ingest: Service, processor: Service) =>
    spawnService('admin', {
      ...shared,
      DATABASE_URL: options.databaseUrls?.admin ?? database.url,
      API_KEYS: apiKeys,
      INGEST_URL: ingest.url,
      PROCESSOR_URL: processor.url,
      // A machine that is busy with tests is no outage.
      ADMIN_PROBE_MS: '10000',
    })

  const [ingest, processor] = await Promise.all([startIngest(), startProcessor()])
  const admin = options.admin ? await startAdmin(ingest, processor) : undefined
  const running = new Set([ingest, processor, ...(admin ? [admin] : [])])
  await until('ingest is ready', () => isOk(`${ingest.url}/ready`), 30_000)
  await until('processor is ready', () => isOk(`${processor.url}/ready`), 30_000)

  return {
    ingest,
    processor,
    admin,
    sql,
    topics,
    databaseUrl: database.url,
    /** Another ingest at the same stores. */
    async startIngest(): Promise<Service> {
      const another = await startIngest()
      running.add(another)
      return another
    },
    /** Another processor in the same group, unless `env` says otherwise. */
    async startProcessor(env?: Environment): Promise<Service> {
      const another = await startProcessor(env)
      running.add(another)
      return another
    },
    /** Posts one event and reads the answer. */
    post: (event: unknown, headers: Record<string, string> = {}) =>
      post(`${ingest.url}/events`, event, headers),
    async stop(): Promise<void> {
      await Promise.all([...running].map((service) => service.stop()))
      await sql.end({ timeout: 5 })
      await Promise.all([topics.remove(), database.drop()])
    },
  }
}

/** As tenant_a and with a new idempotency key, unless `headers` say otherwise; an empty value leaves one out. */
export async function post(
  url: string,
  event: unknown,
  headers: Record<string, string>,
): Promise<Answer> {
  const all = {
    'Content-Type': 'application/json',
    'X-API-Key': 'key_a',
    'Idempotency-Key': crypto.randomUUID(),
    ...headers,
  }
  const sent = Object.entries(all).filter(([, value]) => value !== '')
  const body =
    typeof event === 'string' || event instanceof Uint8Array ? event : JSON.stringify(event)
  const response = await fetch(url, { method: 'POST', headers: Object.fromEntries(sent), body })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: JSON.parse(text) }
}

/** What a processor says of itself. */
export async function readyOf(processorUrl: string): Promise<{
  status: string
  partitions: number[]
  reasons: string[]
}> {
  const response = await fetch(`${processorUrl}/ready`)
  return (await response.json()) as Awaited<ReturnType<typeof readyOf>>
}

const isOk = async (url: string): Promise<boolean> => (await fetch(url)).ok
