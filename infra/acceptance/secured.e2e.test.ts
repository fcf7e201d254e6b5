import { afterAll, beforeAll, expect, test } from 'bun:test'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { controlTopic } from '../../contracts/topics.ts'
import { makeSteps } from '../bootstrap/step.mjs'
import { anEvent, without } from '../harness/builders.ts'
import { runControl } from '../harness/control.ts'
import { readMetrics } from '../harness/metrics.ts'
import { post } from '../harness/pulse.ts'
import { type Secured, startSecured } from '../harness/secured.ts'
import { type Service, spawnService } from '../harness/service.ts'
import { until } from '../harness/until.ts'
import { migrate } from '../migrate.ts'
import type { ServiceName } from '../service.ts'
import { type Sql, withSql } from '../sql.ts'
import { checkGiven } from '../start/check-given.ts'
import { readGiven } from '../start/given.ts'
import { createTopics } from '../topics.ts'

const dir = mkdtempSync(join(tmpdir(), 'pulse-secured-'))
chmodSync(dir, 0o711)
const running: Service[] = []
let secured: Secured

const spawn = async (name: ServiceName, env: Record<string, string>) => {
  const service = await spawnService(name, env)
  running.push(service)
  return service
}
const given = () => readGiven(secured.settings).given
const inDatabase = <T>(work: (sql: Sql) => Promise<T>) => {
  const { postgres } = given()
  if (!postgres) throw new Error('no Postgres was given')
  return withSql(postgres, work)
}
const bodyOf = async (url: string) => (await (await fetch(url)).json()) as Record<string, unknown>
const apiKeys = () => ({ API_KEYS_FILE: secured.secret('api-keys', 'tenant_a:key_a:unlimited') })

beforeAll(async () => {
  secured = await startSecured(dir)
}, 90_000)
afterAll(async () => {
  await Promise.all(running.map((service) => service.stop()))
  await secured?.stop()
  rmSync(dir, { recursive: true, force: true })
}, 60_000)

test('npm start reaches given servers with TLS and passwords, and makes them ready', async () => {
  const lines: string[] = []
  const steps = makeSteps({ write: (text) => lines.push(text) })
  const { kafka, postgres, redis } = given()
  if (!kafka || !postgres || !redis) throw new Error('a part was not given')
  await checkGiven({ kafka, postgres, redis }, steps)
  expect(lines.filter((line) => line.includes('given: 127.0.0.1'))).toHaveLength(3)
  expect((await migrate(postgres)).applied).toBeGreaterThan(0)
  expect(await createTopics(kafka)).toContain('events.raw')
  const wrong = { ...kafka, saslPassword: 'wrong' }
  await expect(checkGiven({ kafka: wrong }, steps)).rejects.toThrow('cannot be used')
})

test('all of Pulse runs on them: an event is stored, another is a dead letter', async () => {
  const [ingest, processor] = await Promise.all([
    spawn('ingest', { ...secured.settings, ...apiKeys() }),
    spawn('processor', secured.settings),
  ])
  const admin = await spawn('admin', {
    ...secured.settings,
    INGEST_URL: ingest.url,
    PROCESSOR_URL: processor.url,
  })
  for (const { url } of [ingest, processor])
    await until('it is ready', async () => (await fetch(`${url}/ready`)).ok, 30_000)
  // Redis too: without it nothing would say so but this.
  await until('Redis is there', async () =>
    Bun.deepEquals((await bodyOf(`${ingest.url}/ready`)).degraded, []),
  )
  for (const event of [anEvent(), without(anEvent(), 'event_type')])
    expect((await post(`${ingest.url}/events`, event, {})).status).toBe(202)
  await until('both have an outcome', async () => {
    const rows = await inDatabase((sql) => sql`select outcome from event_keys order by outcome`)
    return Bun.deepEquals(
      rows.map(({ outcome }) => outcome),
      ['dead', 'stored'],
    )
  })
  await until('the dead letter is published', async () => {
    const rows = await inDatabase(
      (sql) => sql`select 1 from dead_letters where published_at is not null`,
    )
    return rows.length === 1
  })
  await until('the dead letter is in the list in Redis', async () => {
    const metrics = await readMetrics(processor.url)
    return metrics.get('pulse_processor_dead_letters_mirrored_total{outcome="written"}') === 1
  })
  await until(
    'the admin says that all is well',
    async () => (await fetch(`${admin.url}/admin/health`)).ok,
  )
}, 90_000)

test('a tenant gets a key over TLS and with a password', async () => {
  const at = { kafka: '', topic: controlTopic.name }
  for (const line of ['tenant set acme', 'key create acme laptop']) {
    const { code, err } = await runControl(at, line.split(' '), '', secured.settings)
    expect({ code, err }).toEqual({ code: 0, err: '' })
  }
}, 60_000)

test('with a wrong password each process says so, and nothing is guessed at', async () => {
  const wrong = {
    ...secured.settings,
    KAFKA_SASL_PASSWORD_FILE: secured.secret('wrong-password', 'wrong-kafka-password'),
  }
  const [ingest, processor] = await Promise.all([
    spawn('ingest', { ...wrong, ...apiKeys() }),
    spawn('processor', wrong),
  ])
  const notReady = async ({ url }: Service, why: RegExp) => {
    const answer = await fetch(`${url}/ready`)
    return answer.status === 503 && why.test(await answer.text())
  }
  // librdkafka tells ingest's client no more than that it is not connected.
  await until(
    'ingest says that Kafka is missing',
    () => notReady(ingest, /kafka: .*authentication/i),
    30_000,
  )
  await until('the processor says why', () => notReady(processor, /authentication/i), 30_000)
  expect((await post(`${ingest.url}/events`, anEvent(), {})).status).toBe(503)

  const url = new URL(secured.databaseUrl)
  url.password = 'wrong-database-password'
  const lost = await spawn('processor', {
    ...secured.settings,
    DATABASE_URL_FILE: secured.secret('wrong-url', url.href),
    KAFKA_GROUP: 'another',
  })
  const refused = /password authentication failed/
  await until('the refusal of Postgres is told', () => notReady(lost, refused), 30_000)
}, 120_000)

test('no secret is in any line of any log', () => {
  const secrets = [...secured.secrets, 'wrong-kafka-password', 'wrong-database-password', 'key_a:']
  expect(running.length).toBe(6)
  for (const { log } of running) {
    const text = readFileSync(log, 'utf8')
    expect(text).toContain('***')
    for (const secret of secrets) expect([log, text.includes(secret)]).toEqual([log, false])
  }
})
