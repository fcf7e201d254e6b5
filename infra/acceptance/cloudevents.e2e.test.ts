/** CloudEvents as the official SDK sends them, in every content mode of HTTP, and what is stored of them. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { gzipSync } from 'node:zlib'
import { CloudEvent, type CloudEventV1, HTTP, type Message } from 'cloudevents'
import { testAddresses } from '../harness/addresses.ts'
import { readTopic } from '../harness/kafka-log.ts'
import { type Pulse, startPulse } from '../harness/pulse.ts'
import { rawPost, rawStatus } from '../harness/raw-http.ts'
import { until } from '../harness/until.ts'

let pulse: Pulse
beforeAll(async () => {
  pulse = await startPulse()
}, 60_000)
afterAll(() => pulse?.stop())

const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`
const source = 'https://example.com/orders?of=it#1'

const anEvent = (given: Partial<CloudEventV1<unknown>> = {}) =>
  new CloudEvent<unknown>({
    id: crypto.randomUUID(),
    source,
    type: 'com.example.order.placed',
    time: '2026-01-02T20:00:00.000Z',
    data: { order_id: 'o-1', total: '9.90' },
    ...given,
  })

/** As a producer does it: a repeat that came too soon goes again. */
const send = async (message: Message, path = '/events') =>
  until('it is not in flight', async () => {
    const answer = await sendOnce(message, path)
    return answer.status !== 409 && answer
  })

const sendOnce = async ({ headers, body }: Message, path: string) => {
  const answer = await fetch(pulse.ingest.url + path, {
    method: 'POST',
    headers: { 'X-API-Key': 'key_a', ...(headers as Record<string, string>) },
    body: body as string,
  })
  // biome-ignore lint/suspicious/noExplicitAny: an answer is looked into by tests
  return { status: answer.status, body: (await answer.json()) as any }
}

const stored = async (key: string) =>
  until(`${key} is stored`, async () => {
    const rows = await pulse.sql`select * from events where idempotency_key = ${key}`
    return rows[0] ?? false
  })

const modes = { binary: HTTP.binary, structured: HTTP.structured } as const

describe.each(['binary', 'structured'] as const)('in %s mode', (mode) => {
  const post = (event: CloudEvent<unknown>) => send(modes[mode](event))

  test('every attribute is kept, and a repeat is a duplicate', async () => {
    const event = anEvent({
      subject: 'o-1',
      dataschema: 'https://example.com/order.json',
      partitionkey: 'o-1',
      traceparent,
      comexample: 'value',
    })
    const first = await post(event)
    expect(first).toMatchObject({ status: 202, body: { duplicate: false } })
    expect(first.body.warnings).toBeUndefined()
    expect(await post(event)).toMatchObject({
      status: 202,
      body: { duplicate: true, request_id: first.body.request_id },
    })
    expect(await stored(`${source} ${event.id}`)).toMatchObject({
      event_id: event.id,
      event_type: event.type,
      schema_version: 1,
      occurred_at: new Date('2026-01-02T20:00:00.000Z'),
      ordering_key: 'o-1',
      payload: { order_id: 'o-1', total: '9.90' },
      extra: {
        cloudevent: {
          specversion: '1.0',
          source,
          subject: 'o-1',
          dataschema: 'https://example.com/order.json',
          datacontenttype: 'application/json',
          partitionkey: 'o-1',
          traceparent,
          comexample: 'value',
        },
      },
    })
  })

  test('text is kept as text', async () => {
    const event = anEvent({ datacontenttype: 'text/plain', data: 'a "text", é' })
    expect(await post(event)).toMatchObject({ status: 202 })
    expect((await stored(`${source} ${event.id}`)).payload).toEqual({ data: 'a "text", é' })
  })

  test('bytes are kept as bytes', async () => {
    const data = new Uint8Array([0, 1, 254, 255])
    const event = anEvent({ datacontenttype: 'application/octet-stream', data })
    expect(await post(event)).toMatchObject({ status: 202 })
    expect((await stored(`${source} ${event.id}`)).payload).toEqual({ data_base64: 'AAH+/w==' })
  })

  test('an event without data has an empty payload', async () => {
    const event = anEvent({ data: undefined })
    expect(await post(event)).toMatchObject({ status: 202 })
    expect((await stored(`${source} ${event.id}`)).payload).toEqual({})
  })
})

test('one event is one event in every mode', async () => {
  const event = anEvent({ subject: 'o-1', partitionkey: 'o-1' })
  const answers = [
    await send(HTTP.binary(event)),
    await send(HTTP.structured(event)),
    await send(batchOf([event]), '/events/batch'),
  ]
  expect(answers[0]?.body).toMatchObject({ duplicate: false })
  expect(answers[1]?.body).toMatchObject({ duplicate: true })
  expect(answers[2]?.body.results).toMatchObject([{ status: 'accepted', duplicate: true }])
})

describe('in batches', () => {
  test('each event has its own verdict', async () => {
    const events = [anEvent(), anEvent({ data: 'text', datacontenttype: 'text/plain' })]
    const bad = { ...anEvent().toJSON(), type: undefined }
    const { status, body } = await send(batchOf([...events, bad, { id: 'x' }]), '/events/batch')
    expect(status).toBe(200)
    expect(body).toMatchObject({ accepted: 3, duplicates: 0, rejected: 1, retry: 0 })
    expect(body.results[2].warnings).toMatchObject([{ code: 'FIELD_MISSING', path: '/type' }])
    expect(body.results[3].error.code).toBe('IDEMPOTENCY_KEY_REQUIRED')
    for (const { id } of events) await stored(`${source} ${id}`)
  })

  test('none is a batch too', async () => {
    expect(await send(batchOf([]), '/events/batch')).toMatchObject({
      status: 200,
      body: { accepted: 0, duplicates: 0, rejected: 0, retry: 0, results: [] },
    })
  })
})

test('an event that does not say when it occurred did so when it was received', async () => {
  const { time: _, ...rest } = anEvent().toJSON()
  const body = JSON.stringify(rest)
  await send({ headers: { 'Content-Type': 'application/cloudevents+json' }, body })
  const { occurred_at, received_at } = await stored(`${source} ${rest.id}`)
  expect(occurred_at).toEqual(received_at)
})

test('its trace context goes into Kafka where its request has none', async () => {
  const event = anEvent({ traceparent })
  const other = traceparent.replaceAll('a', 'c')
  await send(HTTP.structured(event))
  const both = anEvent({ traceparent })
  const { headers, body } = HTTP.binary(both)
  await send({ headers: { ...headers, traceparent: other }, body })
  const records = await until('both are in Kafka', async () => {
    const found = await readTopic(testAddresses().kafka, pulse.topics.raw)
    const of = (id: string) => found.find(({ value }) => value?.includes(id))
    const [one, two] = [of(event.id), of(both.id)]
    return one !== undefined && two !== undefined && [one, two]
  })
  expect(records.map((record) => record.headers.traceparent)).toEqual([traceparent, other])
})

test('headers are percent-decoded, as the protocol binding has it', async () => {
  const { headers, body } = HTTP.binary(anEvent())
  const id = crypto.randomUUID()
  const more = { 'ce-id': id, 'ce-subject': 'Euro%20%E2%82%AC%20%F0%9F%98%80' }
  await send({ headers: { ...headers, ...more }, body })
  expect((await stored(`${source} ${id}`)).extra.cloudevent.subject).toBe('Euro € 😀')
})

describe('headers that no client library writes', () => {
  const post = (more: readonly string[]) => {
    const headers = [
      'X-API-Key: key_a',
      'ce-specversion: 1.0',
      `ce-source: ${source}`,
      'ce-type: t',
    ]
    return rawStatus(pulse.ingest.url, rawPost({ headers: [...headers, ...more], body: '{}' }))
  }

  test('an attribute twice is refused', async () => {
    expect(await post(['ce-id: a', 'CE-ID: a'])).toBe(400)
  })

  test('UTF-8 that is not percent-encoded is read all the same, and other bytes are refused', async () => {
    const id = crypto.randomUUID()
    const subject = Buffer.from('"é \\"€\\""').toString('latin1')
    expect(await post([`Ce-Id: ${id}`, `ce-subject: ${subject}`])).toBe(202)
    expect((await stored(`${source} ${id}`)).extra.cloudevent.subject).toBe('é "€"')
    expect(await post([`ce-id: ${id}x`, 'ce-subject: aéb'])).toBe(400)
  })
})

test('compressed data is what it was before', async () => {
  const { headers } = HTTP.binary(anEvent({ id: crypto.randomUUID() }))
  const body = gzipSync(JSON.stringify({ total: '9.90' }))
  const more = { ...headers, 'Content-Encoding': 'gzip' }
  expect(await send({ headers: more, body })).toMatchObject({ status: 202 })
  expect((await stored(`${source} ${headers['ce-id']}`)).payload).toEqual({ total: '9.90' })
})

test.each([
  ['application/cloudevents+avro', '/events'],
  ['application/cloudevents-batch+json', '/events'],
  ['application/cloudevents+json', '/events/batch'],
])('%s is not taken at %s', async (type, path) => {
  const { status, body } = await send(
    { headers: { ...HTTP.binary(anEvent()).headers, 'content-type': type }, body: '{}' },
    path,
  )
  expect([status, body.error.code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE'])
})

const batchOf = (events: readonly object[]): Message => ({
  headers: { 'Content-Type': 'application/cloudevents-batch+json' },
  body: JSON.stringify(events),
})
