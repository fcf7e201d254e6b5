/** Control when Kafka is not as one would like it: down, restarted, compacted, without the topic or with another one. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type ControlEntity, controlKeyOf } from '../../contracts/control.ts'
import { aKey, aLimit, aTenant } from '../../contracts/control-builders.ts'
import { controlTopic } from '../../contracts/topics.ts'
import { testAddresses } from '../harness/addresses.ts'
import { anEvent } from '../harness/builders.ts'
import { openControl, runControl } from '../harness/control.ts'
import { readTopic, writeTopic } from '../harness/kafka-log.ts'
import { ownKafka } from '../harness/own-kafka.ts'
import { type Answer, post } from '../harness/pulse.ts'
import { type Service, spawnService } from '../harness/service.ts'
import { freshTopics, type TestTopics } from '../harness/topics.ts'
import { until } from '../harness/until.ts'
import { createTopics, deleteTopics } from '../topics.ts'

// Compaction looks for work all the time instead of every 15 seconds.
const kafka = await ownKafka({ 'log.cleaner.backoff.ms': '50' })
const { url: broker } = kafka
let topics: TestTopics
const running: Service[] = []
beforeAll(async () => {
  await kafka.start()
  topics = await until('the broker creates topics', () => freshTopics(broker))
}, 90_000)
afterAll(async () => {
  await Promise.all(running.map((service) => service.stop()))
  await kafka.remove()
}, 60_000)

async function startIngest(control = topics.control): Promise<Service> {
  const service = await spawnService('ingest', {
    KAFKA_BROKERS: broker,
    KAFKA_RAW_TOPIC: topics.raw,
    KAFKA_CONTROL_TOPIC: control,
    REDIS_URL: testAddresses().redis,
    API_KEYS: 'tenant_a:key_a:unlimited',
  })
  running.push(service)
  return service
}

const send = (ingest: Service, key: string): Promise<Answer> =>
  post(`${ingest.url}/events`, anEvent(), { 'X-API-Key': key })

const readyOf = async (ingest: Service) => {
  const response = await fetch(`${ingest.url}/ready`)
  const body = (await response.json()) as { reasons: string[]; degraded: string[] }
  return { ...body, status: response.status }
}
const isReady = (ingest: Service) =>
  until('ingest is ready', async () => (await readyOf(ingest)).status === 200, 30_000)

const answers = (ingest: Service, key: string, status: number, withinMs = 5000) =>
  until(`${status}`, async () => (await send(ingest, key)).status === status, withinMs)

describe('before control is loaded nobody is refused for their key', () => {
  test('without the topic; which is found as soon as there is one', async () => {
    const name = `${topics.control}.later`
    const ingest = await startIngest(name)
    await until('it says why it is not ready', async () => {
      const { status, reasons } = await readyOf(ingest)
      return status === 503 && reasons.some((reason) => reason.includes(`no topic ${name}`))
    })
    for (const key of ['key_a', 'pulse_unknown', '']) {
      const { status, headers, body } = await send(ingest, key)
      expect([status, body.error.code]).toEqual([503, 'UNAVAILABLE'])
      expect(Number(headers.get('Retry-After'))).toBeGreaterThan(0)
    }
    await createTopics(broker, [{ ...controlTopic, name }])
    await isReady(ingest)
    expect((await send(ingest, 'key_a')).status).toBe(202)
    expect((await send(ingest, 'pulse_unknown')).status).toBe(401)
  })

  test('without Kafka; and a command says so too', async () => {
    const control = openControl({ kafka: broker, topic: topics.control })
    await control('tenant set early')
    const { key } = await control('key create early laptop')
    await kafka.kill()
    const ran = await runControl({ kafka: broker, topic: topics.control }, ['list'])
    expect(ran.code).toBe(1)
    expect(ran.err).toStartWith(`Kafka at ${broker} did not do it`)
    const ingest = await startIngest()
    for (const each of [key, 'key_a', 'pulse_unknown'])
      expect((await send(ingest, each)).body.error.code).toBe('UNAVAILABLE')
    await until('it says that control is not loaded', async () =>
      (await readyOf(ingest)).reasons.some((reason) => reason.startsWith('control: not connected')),
    )
    await kafka.start()
    await isReady(ingest)
    await answers(ingest, key, 202)
    expect((await send(ingest, 'pulse_unknown')).status).toBe(401)
  }, 120_000)
})

test('a broker that was killed and restarted is followed again, with what was in force until then', async () => {
  const control = openControl({ kafka: broker, topic: topics.control })
  const ingest = await startIngest()
  await isReady(ingest)
  await control('tenant set steady')
  const { key } = await control('key create steady laptop')
  await answers(ingest, key, 202)
  await kafka.kill()
  await until('Kafka is missed', async () => (await readyOf(ingest)).status === 503)
  expect((await send(ingest, 'pulse_unknown')).status).toBe(401)
  expect((await send(ingest, key)).status).toBe(503)
  await kafka.start()
  await isReady(ingest)
  await until('control is followed', async () => (await readyOf(ingest)).degraded.length === 0)
  await control('key revoke steady laptop')
  await answers(ingest, key, 401)
}, 120_000)

test('what compaction has left says the same: gaps, removed tenants, revoked keys', async () => {
  const name = `${topics.control}.compacted`
  const eager = {
    'segment.ms': '100',
    'min.cleanable.dirty.ratio': '0.001',
    'delete.retention.ms': '0',
  }
  await createTopics(broker, [
    { ...controlTopic, name, settings: { ...controlTopic.settings, ...eager } },
  ])
  const write = (...records: Parameters<typeof writeTopic>[2]) =>
    until('records are taken', () => writeTopic(broker, name, records).then(() => true))
  const limits = [1000, 2000, 3000].map((events, at) =>
    textOf(aLimit({ tenant_id: 'one', version: at + 1, events_per_minute: events })),
  )
  const keys = [aKey('key_one', { tenant_id: 'one' }), aKey('key_two', { tenant_id: 'two' })]
  await write(...['one', 'two', 'gone'].map((id) => textOf(aTenant({ id }))))
  await write(...keys.map(textOf), ...limits, { key: 'tenant:gone', value: null })
  const control = openControl({ kafka: broker, topic: name })
  const state = await control('key revoke two laptop').then(() => control('list'))
  await until(
    'the log holds nothing twice, and nothing that was removed',
    async () => {
      // A record makes Kafka begin a new segment, and the one before can be compacted.
      await write({ key: 'tenant:none', value: null })
      const found = (await readTopic(broker, name)).map(({ key }) => key)
      return (
        found.filter((key) => key === 'limit:one').length === 1 && !found.includes('tenant:gone')
      )
    },
    60_000,
  )
  const ingest = await startIngest(name)
  await isReady(ingest)
  expect((await send(ingest, 'key_one')).headers.get('RateLimit-Policy')).toContain('q=3000')
  expect((await send(ingest, 'key_two')).status).toBe(401)
  expect(await control('list')).toEqual(state)
}, 120_000)

test('a topic that was recreated is read from its first record, however long it is', async () => {
  const name = `${topics.control}.recreated`
  const recreated = { ...controlTopic, name }
  const write = (...entities: readonly ControlEntity[]) =>
    until('records are taken', () =>
      writeTopic(broker, name, entities.map(textOf)).then(() => true),
    )
  await createTopics(broker, [recreated])
  await write(aTenant({ id: 'tenant_a', version: 9, disabled: true }))
  const ingest = await startIngest(name)
  await isReady(ingest)
  expect((await send(ingest, 'key_a')).status).toBe(401)

  await deleteTopics(broker, [name])
  await until(
    'the topic can be created',
    async () => (await createTopics(broker, [recreated])).length === 1,
  )
  // What tells of tenant_a lies where the old topic has been read already.
  await write(
    aTenant({ id: 'tenant_a', validation: 'strict' }),
    aTenant(),
    aKey('key_acme'),
    aLimit(),
  )
  await answers(ingest, 'key_acme', 202, 15_000)
  await answers(ingest, 'key_a', 202)
}, 120_000)

const textOf = (entity: ControlEntity) => ({
  key: controlKeyOf(entity),
  value: JSON.stringify(entity),
})
