/** Spans of a real ingest, as a collector gets them, and what of them is in Kafka. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { testAddresses } from '../harness/addresses.ts'
import { anEvent } from '../harness/builders.ts'
import { openGrpcClient, wireEvent } from '../harness/grpc-client.ts'
import { readTopic } from '../harness/kafka-log.ts'
import { startCollector } from '../harness/otlp.ts'
import { isWhole, patientWithRedis, post } from '../harness/pulse.ts'
import { type Service, spawnService } from '../harness/service.ts'
import { openStreamClient } from '../harness/stream-client.ts'
import { freshTopics, type TestTopics } from '../harness/topics.ts'
import { until } from '../harness/until.ts'

const { kafka, redis } = testAddresses()
const collector = startCollector()
let topics: TestTopics
let ingest: Service

beforeAll(async () => {
  topics = await freshTopics()
  ingest = await spawnService('ingest', {
    KAFKA_BROKERS: kafka,
    KAFKA_RAW_TOPIC: topics.raw,
    KAFKA_CONTROL_TOPIC: topics.control,
    REDIS_URL: redis,
    API_KEYS: 'tenant_a:key_a:unlimited',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_SERVICE_NAME: 'the-door',
    OTEL_TRACES_SAMPLER: 'parentbased_always_off',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
    LOG_LEVEL: 'debug',
    ...patientWithRedis,
  })
  await until('ingest is ready', () => isWhole(ingest.url), 30_000)
}, 60_000)
afterAll(async () => {
  await ingest?.stop()
  await topics?.remove()
  await collector.stop()
}, 30_000)

const traceId = (n: number) => String(n).padStart(32, 'a')
const parentSpanId = 'b'.repeat(16)
const traced = (n: number, flags = '01') => ({
  traceparent: `00-${traceId(n)}-${parentSpanId}-${flags}`,
})
const spansOf = (n: number) => collector.spans.filter((span) => span.traceId === traceId(n))
const recordOf = async (requestId: string) =>
  (await readTopic(kafka, topics.raw)).find(({ value }) => value.includes(requestId))

test('a producer’s trace goes on through ingest into the record', async () => {
  const answer = await post(`${ingest.url}/events`, anEvent(), traced(1))
  expect(answer.status).toBe(202)
  await until('its spans are there', () => spansOf(1).length === 3)
  const [server, claim, send] = ['POST /events', 'claim', `send ${topics.raw}`].map((name) =>
    spansOf(1).find((span) => span.name === name),
  )
  expect(server).toMatchObject({
    parentSpanId,
    attributes: { 'pulse.request_id': answer.body.request_id, 'http.response.status_code': 202 },
    resource: { 'service.name': 'the-door', 'deployment.environment.name': 'test' },
  })
  expect(claim).toMatchObject({
    parentSpanId: server?.spanId,
    attributes: { 'pulse.claim': 'taken' },
  })
  expect(send?.parentSpanId).toBe(server?.spanId)
  for (const child of [claim, send]) {
    expect(Number(child?.start)).toBeGreaterThanOrEqual(Number(server?.start) - 1e6)
    expect(Number(child?.end)).toBeLessThanOrEqual(Number(server?.end) + 1e6)
  }
  const record = await recordOf(answer.body.request_id)
  expect(record?.headers.traceparent).toBe(`00-${traceId(1)}-${send?.spanId}-01`)
  expect(ingest.lines()).toContainEqual(
    expect.objectContaining({ msg: 'request', trace_id: traceId(1) }),
  )
})

test('the records of a batch carry on its one trace', async () => {
  const batch = [1, 2, 3].map((n) => anEvent({ event_id: `evt_${n}_${crypto.randomUUID()}` }))
  const answer = await post(`${ingest.url}/events/batch`, batch, {
    'Idempotency-Key': '',
    ...traced(2),
  })
  expect(answer.body.accepted).toBe(3)
  await until('its spans are there', () => spansOf(2).length === 3)
  const send = spansOf(2).find(({ name }) => name === `send ${topics.raw}`)
  expect(send?.attributes['messaging.batch.message_count']).toBe(3)
  const records = await readTopic(kafka, topics.raw)
  const ofBatch = records.filter(({ value }) => value.includes(`${answer.body.request_id}.`))
  expect(ofBatch.map(({ headers }) => headers.traceparent)).toEqual(
    new Array(3).fill(`00-${traceId(2)}-${send?.spanId}-01`),
  )
})

test('a frame of a stream is a span of its producer’s trace, and so is a call of gRPC', async () => {
  const { traceparent } = traced(5)
  const headers = { 'X-API-Key': 'key_a', traceparent }
  const stream = await openStreamClient(ingest.url, { headers })
  stream.send([1, 2].map((seq) => ({ seq, event: anEvent({ event_id: crypto.randomUUID() }) })))
  await stream.resultsOf(1, 2)
  await stream.close()
  const client = openGrpcClient(ingest.grpc, { headers: { traceparent } })
  const event = wireEvent(anEvent(), { idempotency_key: crypto.randomUUID() })
  const { request_id } = await client.publish(event)
  client.close()
  await until('their spans are there', () => spansOf(5).length === 6)
  const named = (name: string) => spansOf(5).find((span) => span.name === name)
  expect(named('receive /stream')).toMatchObject({
    parentSpanId,
    attributes: { 'pulse.events.accepted': 2, 'network.protocol.name': 'websocket' },
  })
  expect(named('pulse.v1.Events/Publish')).toMatchObject({
    parentSpanId,
    attributes: { 'rpc.method': 'Publish', 'pulse.verdict': 'accepted' },
  })
  expect((await recordOf(request_id))?.headers.traceparent).toStartWith(`00-${traceId(5)}-`)
})

test('what a producer does not record is not recorded here, and passed on as it came', async () => {
  const answer = await post(`${ingest.url}/events`, anEvent(), traced(3, '00'))
  const record = await recordOf(answer.body.request_id)
  expect(record?.headers.traceparent).toBe(traced(3, '00').traceparent)
  const untraced = await post(`${ingest.url}/events`, anEvent(), {})
  expect((await recordOf(untraced.body.request_id))?.headers).not.toHaveProperty('traceparent')
})

test('spans that were not sent yet are sent before the process ends, and none of what was not sampled', async () => {
  await post(`${ingest.url}/events`, anEvent(), traced(4))
  await ingest.stop()
  expect(await ingest.ended).toEqual({ code: 0, signal: null })
  expect(spansOf(4)).toHaveLength(3)
  expect(spansOf(3)).toHaveLength(0)
  expect(new Set(collector.spans.map((span) => span.traceId)).size).toBe(4)
})
