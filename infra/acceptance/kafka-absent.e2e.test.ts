/** Kafka that is not there yet, and then is without the topic: ingest says so, lives, and goes on by itself. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { controlTopic, rawTopic } from '../../contracts/topics.ts'
import { cacheFolder } from '../folders.ts'
import { testAddresses } from '../harness/addresses.ts'
import { anEvent } from '../harness/builders.ts'
import { readTopic } from '../harness/kafka-log.ts'
import { post } from '../harness/pulse.ts'
import { type Service, spawnService } from '../harness/service.ts'
import { until } from '../harness/until.ts'
import { startKafka } from '../native/kafka.ts'
import { readyKafkaJars } from '../native/kafka-jars.ts'
import { freePort } from '../ports.ts'
import { createTopics } from '../topics.ts'

const dir = mkdtempSync(join(tmpdir(), 'pulse-kafka-absent-'))
const port = await freePort()
const log = join(dir, 'kafka.log')
let kafka: Awaited<ReturnType<typeof startKafka>> | undefined
let ingest: Service

beforeAll(async () => {
  ingest = await spawnService('ingest', {
    KAFKA_BROKERS: `127.0.0.1:${port}`,
    REDIS_URL: testAddresses().redis,
    API_KEYS: 'tenant_a:key_a:unlimited',
  })
}, 60_000)
afterAll(async () => {
  await ingest.stop()
  await kafka?.stop()
  rmSync(dir, { recursive: true, force: true })
}, 30_000)

const send = (key: string) => post(`${ingest.url}/events`, anEvent(), { 'Idempotency-Key': key })
const readiness = async () => {
  const response = await fetch(`${ingest.url}/ready`)
  return `${response.status} ${await response.text()}`
}
const isReady = async () => (await readiness()).startsWith('200')

test('without a broker nothing is ready, and an event is refused at once', async () => {
  await until('it says why', async () => /503 .*not connected.*refused/.test(await readiness()))
  const began = performance.now()
  const { status, body, headers } = await send(crypto.randomUUID())
  expect(performance.now() - began).toBeLessThan(1_000)
  expect([status, body.error.code]).toEqual([503, 'UNAVAILABLE'])
  expect(headers.get('Retry-After')).toBe('1')
})

test('with a broker but without the topic it says so, and an event is refused by the deadline', async () => {
  const jars = await readyKafkaJars(cacheFolder(), log)
  kafka = await startKafka({ dir: join(dir, 'kafka'), port, log, jars })
  await createTopics(`127.0.0.1:${port}`, [controlTopic])
  await until(
    'it says why, and nothing else',
    async () => /503 .*"reasons":\["kafka: no topic events\.raw"\]/.test(await readiness()),
    30_000,
  )
  const { status, headers } = await send(crypto.randomUUID())
  expect(status).toBe(503)
  expect(Number(headers.get('Retry-After'))).toBeGreaterThan(0)
}, 120_000)

test('with the topic it is ready, and an event that was refused before is taken once', async () => {
  const key = crypto.randomUUID()
  const early = send(key)
  await createTopics(`127.0.0.1:${port}`, [rawTopic, controlTopic])
  await until('it is ready', isReady, 30_000)
  expect((await early).status).toBeOneOf([202, 503])
  await until('the event is accepted', async () => (await send(key)).status === 202, 30_000)
  const records = await readTopic(`127.0.0.1:${port}`, rawTopic.name)
  expect(records.filter(({ value }) => value.includes(key))).toHaveLength(1)
}, 120_000)
