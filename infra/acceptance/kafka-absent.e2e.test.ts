/** Kafka that is not there yet, and then is without the topic: ingest says so, lives, and goes on by itself. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { controlTopic, rawTopic } from '../../contracts/topics.ts'
import { testAddresses } from '../harness/addresses.ts'
import { anEvent } from '../harness/builders.ts'
import { readTopic } from '../harness/kafka-log.ts'
import { ownKafka } from '../harness/own-kafka.ts'
import { patientWithRedis, post } from '../harness/pulse.ts'
import { type Service, spawnService } from '../harness/service.ts'
import { until } from '../harness/until.ts'
import { createTopics } from '../topics.ts'

const kafka = await ownKafka()
let ingest: Service

beforeAll(async () => {
  ingest = await spawnService('ingest', {
    KAFKA_BROKERS: kafka.url,
    REDIS_URL: testAddresses().redis,
    API_KEYS: 'tenant_a:key_a:unlimited',
    ...patientWithRedis,
  })
}, 60_000)
afterAll(async () => {
  await ingest?.stop()
  await kafka.remove()
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
  await kafka.start()
  await createTopics(kafka.url, [controlTopic])
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
  await createTopics(kafka.url, [rawTopic, controlTopic])
  await until('it is ready', isReady, 30_000)
  expect((await early).status).toBeOneOf([202, 503])
  await until('the event is accepted', async () => (await send(key)).status === 202, 30_000)
  const records = await readTopic(kafka.url, rawTopic.name)
  expect(records.filter(({ value }) => value.includes(key))).toHaveLength(1)
}, 120_000)
