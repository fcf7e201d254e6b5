/** The acceptance criterion 6 of the product's outline: what the admin API answers, and what it says without Kafka. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { freePort } from '../free-port.ts'
import { type Pulse, startPulse } from '../harness/pulse.ts'
import { type Service, spawnService } from '../harness/service.ts'
import { hostile, type Sent, sendAndSettle } from './sent-events.ts'

let pulse: Pulse
let sent: Sent
beforeAll(async () => {
  pulse = await startPulse({ admin: true })
  sent = await sendAndSettle(pulse)
}, 60_000)
afterAll(() => pulse?.stop())

// biome-ignore lint/suspicious/noExplicitAny: an answer is looked into by tests
type Body = any
const answerOf = async (admin: Service | undefined, path: string) => {
  const response = await fetch(`${admin?.url}${path}`, { headers: { Accept: 'application/json' } })
  return { status: response.status, body: (await response.json()) as Body }
}
const get = async (path: string): Promise<Body> => {
  const { status, body } = await answerOf(pulse.admin, path)
  expect(status).toBe(200)
  return body
}
const search = (parameters: Record<string, string>) =>
  new URLSearchParams({ tenant: 'tenant_a', ...parameters })

describe('6. the admin API', () => {
  test('answers how many events came in the last minute and the last five', async () => {
    const overview = await get('/admin/overview')
    expect(overview).toMatchObject({
      eventsLastMinute: 6,
      eventsLast5Minutes: 6,
      eventsLast30Minutes: 6,
      totalEvents: 6,
      errors: { deadLastMinute: 2, deadLast5Minutes: 2 },
      conservation: { closes: true, logEnd: 8, stored: 6, duplicate: 0, dead: 2, inFlight: 0 },
      unmeasured: [],
    })
  })

  test('answers the top event types of today', async () => {
    const types = [
      { eventType: 'user_login', count: 3 },
      { eventType: 'order_placed', count: 2 },
      { eventType: hostile.type, count: 1 },
    ]
    const answer = await get('/admin/top-event-types?sinceMinutes=1440')
    expect(answer).toMatchObject({ sinceMinutes: 1440, eventTypes: types })
    expect(await get('/admin/top-event-types')).toMatchObject({ sinceMinutes: 1440 })
    const { status } = await answerOf(pulse.admin, '/admin/top-event-types?sinceMinutes=0')
    expect(status).toBe(400)
  })

  test('finds an event by its id', async () => {
    const query = search({ eventId: 'evt_order-1' })
    const { events, deadLetters } = await get(`/admin/event/search?${query}`)
    expect(deadLetters).toEqual([])
    expect(events).toMatchObject([
      {
        tenantId: 'tenant_a',
        eventId: 'evt_order-1',
        idempotencyKey: sent.orders[0]?.key,
        eventType: 'order_placed',
        payload: { user_id: 'u1' },
      },
    ])
  })

  test('finds a stored and a dead event that have the same hostile id', async () => {
    const { events, deadLetters } = await get(
      `/admin/event/search?${search({ eventId: hostile.id })}`,
    )
    expect(events).toMatchObject([{ payload: sent.hostile.event.payload }])
    expect(deadLetters).toMatchObject([{ original: { event: sent.hostileInvalid.event } }])
  })

  test('finds nothing of another tenant', async () => {
    const query = search({ tenant: 'tenant_b', eventId: 'evt_order-1' })
    expect(await get(`/admin/event/search?${query}`)).toMatchObject({ events: [] })
  })

  test('tells the fate of an idempotency key', async () => {
    const fateOf = (key: string) =>
      get(`/admin/event/by-idempotency?${search({ idempotencyKey: key })}`)
    expect(await fateOf(sent.logins[0]?.key ?? '')).toMatchObject({
      outcome: 'stored',
      event: { eventId: 'evt_login-1' },
      deadLetter: null,
      contradictions: [],
    })
    expect(await fateOf(sent.invalid.key)).toMatchObject({
      outcome: 'dead',
      event: null,
      deadLetter: { reason: 'VALIDATION_FAILED: missing event_type' },
    })
    expect(await fateOf('nobody-sent-this')).toMatchObject({ outcome: null })
  })

  test('lists dead letters with their reasons and whole records, newest first', async () => {
    const { deadLetters, leftOut } = await get('/admin/dlq/sample?limit=20')
    expect(leftOut).toBe(0)
    expect(new Set(deadLetters.map((letter: Body) => letter.idempotencyKey))).toEqual(
      new Set([sent.invalid.key, sent.hostileInvalid.key]),
    )
    for (const letter of deadLetters)
      expect(letter).toMatchObject({
        reason: 'VALIDATION_FAILED: missing event_type',
        original: { tenant_id: 'tenant_a', idempotency_key: letter.idempotencyKey },
        publishedAt: expect.stringMatching(/Z$/),
      })
    const { deadLetters: one } = await get('/admin/dlq/sample?limit=1')
    expect(one).toEqual(deadLetters.slice(0, 1))
  })

  test('tells the lag by partition, and what the group has committed', async () => {
    const lag = await get('/admin/kafka/lag')
    expect(lag).toMatchObject({ group: pulse.topics.group, topic: pulse.topics.raw, totalLag: 0 })
    expect(lag.partitions.map((part: Body) => part.partition)).toEqual([0, 1, 2, 3, 4, 5])
    for (const part of lag.partitions) {
      expect(part).toMatchObject({ countedTo: part.logEnd, lag: 0 })
      expect(part.committed).toBe(part.logEnd === 0 ? null : part.logEnd)
    }
    expect(lag.partitions.reduce((sum: number, part: Body) => sum + part.logEnd, 0)).toBe(8)
  })

  test('tells that every dependency is up, and which partitions the processor holds', async () => {
    const health = await get('/admin/health')
    expect(health).toMatchObject({
      status: 'ok',
      dependencies: {
        postgres: { state: 'up' },
        kafka: { state: 'up' },
        ingest: { state: 'up' },
        processor: { state: 'up', partitions: [0, 1, 2, 3, 4, 5] },
      },
    })
  })

  test('answers each page as JSON too', async () => {
    expect(await get('/')).toMatchObject({ totalEvents: 6 })
    expect(await get('/dlq')).toMatchObject({ deadLetters: [{}, {}] })
    expect(await get(`/search?${search({ idempotencyKey: sent.hostile.key })}`)).toMatchObject({
      outcome: 'stored',
    })
    const pipeline = await get('/pipeline')
    expect(pipeline).toMatchObject({
      lag: { totalLag: 0 },
      processor: { state: 'up' },
      deadLetters: { open: 2, unpublished: 0 },
      unmeasured: [],
    })
    const total = (outcome: string) =>
      pipeline.perMinute.reduce((sum: number, minute: Body) => sum + minute[outcome], 0)
    expect(pipeline.perMinute).toHaveLength(6)
    expect([total('stored'), total('duplicate'), total('dead')]).toEqual([6, 0, 2])
  })
})

describe('without Kafka', () => {
  let admin: Service
  beforeAll(async () => {
    admin = await spawnService('admin', {
      KAFKA_BROKERS: `127.0.0.1:${await freePort()}`,
      KAFKA_RAW_TOPIC: pulse.topics.raw,
      DATABASE_URL: pulse.databaseUrl,
      INGEST_URL: pulse.ingest.url,
      PROCESSOR_URL: pulse.processor.url,
    })
  })
  afterAll(() => admin?.stop())

  test('the lag is null, not 0', async () => {
    const { status, body } = await answerOf(admin, '/admin/kafka/lag')
    expect(status).toBe(200)
    expect(body).toMatchObject({ totalLag: null, partitions: null })
    expect(body.unmeasured).toHaveLength(1)
    expect(body.unmeasured[0]).toMatchObject({ what: 'committed offsets, log ends' })
    expect(body.unmeasured[0].why).toStartWith('Kafka cannot be reached')
  })

  test('the rest is still measured', async () => {
    expect((await answerOf(admin, '/admin/overview')).body).toMatchObject({
      totalEvents: 6,
      conservation: { closes: null, inFlight: null },
    })
    expect((await answerOf(admin, '/admin/health')).body).toMatchObject({
      status: 'down',
      dependencies: { kafka: { state: 'down' }, postgres: { state: 'up' } },
    })
    expect((await answerOf(admin, '/pipeline')).body).toMatchObject({
      lag: { totalLag: null },
      deadLetters: { open: 2 },
    })
    for (const path of ['/admin/top-event-types', '/admin/dlq/sample'])
      expect((await answerOf(admin, path)).status).toBe(200)
  })

  test('the pages answer 200 and say unknown', async () => {
    for (const path of ['/', '/pipeline']) {
      const response = await fetch(`${admin.url}${path}`)
      expect(response.status).toBe(200)
      const html = await response.text()
      expect(html).toContain('Kafka cannot be reached')
      expect(html).toContain('<span class="unknown">unknown</span>')
    }
    for (const path of ['/dlq', '/search'])
      expect((await fetch(`${admin.url}${path}`)).status).toBe(200)
  })
})
