/** The acceptance criteria of the product's outline, 1 to 5, each by what a user sees at the outside. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { testAddresses } from '../harness/addresses.ts'
import { anEvent, without } from '../harness/builders.ts'
import { readTopic } from '../harness/kafka-log.ts'
import { type Pulse, startPulse } from '../harness/pulse.ts'
import { freshTenant } from '../harness/remembered.ts'
import { until } from '../harness/until.ts'

let pulse: Pulse
beforeAll(async () => {
  const limited = ['key_few:3', 'key_bad:3', 'key_none:0'].map((key) => `${freshTenant()}:${key}`)
  pulse = await startPulse({
    apiKeys: ['tenant_a:key_a:unlimited', 'tenant_b:key_b:unlimited', ...limited].join(),
  })
}, 60_000)
afterAll(() => pulse?.stop())

const outcomeOf = (key: string, tenant = 'tenant_a') =>
  until('the key has an outcome', async () => {
    const [row] = await pulse.sql<{ outcome: string }[]>`
      select outcome from event_keys where tenant_id = ${tenant} and idempotency_key = ${key}`
    return row?.outcome
  })
const recordsOf = async (key: string) =>
  (await readTopic(testAddresses().kafka, pulse.topics.raw)).filter((record) =>
    record.value.includes(`"idempotency_key":"${key}"`),
  )

describe('1. POST /events requires an API key and an idempotency key', () => {
  test.each([
    ['no API key', ''],
    ['an unknown API key', 'wrong'],
    ['a longer API key', 'key_a2'],
    ['an API key of 3,000 characters', 'x'.repeat(3000)],
  ])('%s is refused with 401', async (_, key) => {
    const { status, body } = await pulse.post(anEvent(), { 'X-API-Key': key })
    expect(status).toBe(401)
    expect(body.error.code).toBe('UNAUTHORIZED')
  })

  test('a bearer token is an API key', async () => {
    const headers = { 'X-API-Key': '', Authorization: 'Bearer key_a' }
    expect((await pulse.post(anEvent(), headers)).status).toBe(202)
  })

  test('no idempotency key is refused with 400', async () => {
    const { status, body } = await pulse.post(anEvent(), { 'Idempotency-Key': '' })
    expect(status).toBe(400)
    expect(body.error.code).toBe('IDEMPOTENCY_KEY_REQUIRED')
  })

  test('with both, the event is accepted and every answer has a request id', async () => {
    const { status, body, headers } = await pulse.post(anEvent())
    expect(status).toBe(202)
    expect(body).toEqual({
      status: 'accepted',
      request_id: expect.stringMatching(/^req_/),
      duplicate: false,
    })
    expect(headers.get('X-Request-Id')).toBe(body.request_id)
  })
})

describe('2. a tenant over its quota is answered 429', () => {
  test('exactly its limit is accepted, then it is told when to come back', async () => {
    const answers = []
    for (let i = 0; i < 5; i++)
      answers.push(await pulse.post(anEvent(), { 'X-API-Key': 'key_few' }))
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 429, 429])
    const [limited] = answers.slice(3)
    expect(limited?.body.error).toMatchObject({
      code: 'RATE_LIMITED',
      message: 'Too many requests',
    })
    expect(Number(limited?.headers.get('Retry-After'))).toBeWithin(1, 121)
    expect(limited?.headers.get('RateLimit-Policy')).toBe('"events";q=3;w=60')
    expect(limited?.headers.get('RateLimit')).toMatch(/^"events";r=0;t=\d+$/)
  })

  test('a limit of 0 blocks', async () => {
    expect((await pulse.post(anEvent(), { 'X-API-Key': 'key_none' })).status).toBe(429)
  })

  test('an event that is refused costs as much as one that is accepted', async () => {
    const headers = { 'X-API-Key': 'key_bad' }
    const statuses = []
    for (let i = 0; i < 4; i++) statuses.push((await pulse.post('{', headers)).status)
    expect(statuses).toEqual([400, 400, 400, 429])
  })
})

describe('3. a repeated idempotency key is not published again', () => {
  test('the repeat answers the first request id, and Kafka has one record', async () => {
    const key = crypto.randomUUID()
    const first = await pulse.post(anEvent(), { 'Idempotency-Key': key })
    const repeat = await pulse.post(anEvent(), { 'Idempotency-Key': key })
    expect(repeat.status).toBe(202)
    expect(repeat.body).toEqual({ ...first.body, duplicate: true })
    expect(repeat.headers.get('Idempotency-Replayed')).toBe('true')
    expect(await recordsOf(key)).toHaveLength(1)
  })

  test('white space does not make another event', async () => {
    const headers = { 'Idempotency-Key': crypto.randomUUID() }
    await pulse.post(anEvent(), headers)
    const spaced = JSON.stringify(anEvent(), null, 2)
    expect((await pulse.post(spaced, headers)).body.duplicate).toBe(true)
  })

  test('another event under the key is refused with 422', async () => {
    const headers = { 'Idempotency-Key': crypto.randomUUID() }
    await pulse.post(anEvent(), headers)
    const { status, body } = await pulse.post(anEvent({ event_id: 'evt_2' }), headers)
    expect(status).toBe(422)
    expect(body.error.code).toBe('IDEMPOTENCY_KEY_REUSED')
  })

  test('of a hundred calls at once one is not a duplicate, and there is one record', async () => {
    const key = crypto.randomUUID()
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => pulse.post(anEvent(), { 'Idempotency-Key': key })),
    )
    const fresh = answers.filter(({ body }) => body.duplicate === false)
    expect(fresh).toHaveLength(1)
    for (const { status, headers } of answers)
      expect(status === 202 || (status === 409 && headers.has('Retry-After'))).toBe(true)
    expect(await recordsOf(key)).toHaveLength(1)
  })
})

describe('4. the processor stores valid events in Postgres', () => {
  test('with the tenant of the API key and the JSON that was sent', async () => {
    const key = crypto.randomUUID()
    const event = `{"event_id":"evt_4","event_type":"order_placed","schema_version":3,
      "occurred_at":"2026-01-02T20:00:00Z","payload":{"total":12345678901234567890.10},"tenant_id":"tenant_b"}`
    const { body } = await pulse.post(event, { 'Idempotency-Key': key, 'Ordering-Key': 'order-7' })
    expect(await outcomeOf(key)).toBe('stored')
    const [row] = await pulse.sql`
      select *, payload::text as payload_text from events where idempotency_key = ${key}`
    expect(row).toMatchObject({
      tenant_id: 'tenant_a',
      event_id: 'evt_4',
      event_type: 'order_placed',
      schema_version: 3,
      payload_text: '{"total": 12345678901234567890.10}',
      request_id: body.request_id,
      ordering_key: 'order-7',
      status: 'processed',
    })
  })
})

describe('5. an invalid event ends up in the dead-letter topic', () => {
  test('it is accepted with a warning, and becomes one dead letter with its reason', async () => {
    const key = crypto.randomUUID()
    const answer = await pulse.post(without(anEvent(), 'event_type'), { 'Idempotency-Key': key })
    expect(answer.status).toBe(202)
    expect(answer.body.warnings).toEqual([
      { code: 'FIELD_MISSING', path: '/event_type', message: 'missing event_type' },
    ])
    expect(await outcomeOf(key)).toBe('dead')
    const [letter] = await pulse.sql`select * from dead_letters where idempotency_key = ${key}`
    const published = await until('the dead letter is published', async () =>
      (await readTopic(testAddresses().kafka, pulse.topics.dlq)).find(
        ({ headers }) => headers['pulse-dead-letter-id'] === String(letter?.id),
      ),
    )
    expect(JSON.parse(published.value.toString())).toEqual({
      failed_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      reason: 'VALIDATION_FAILED: missing event_type',
      original: JSON.parse(String(letter?.original)),
    })
  })
})
