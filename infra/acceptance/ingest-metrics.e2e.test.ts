/** What ingest's `/metrics` and log say after traffic that is known. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../free-port.ts'
import { testAddresses } from '../harness/addresses.ts'
import { anEvent } from '../harness/builders.ts'
import { readMetrics, sumOf } from '../harness/metrics.ts'
import { isWhole, patientWithRedis, post } from '../harness/pulse.ts'
import { type Service, spawnService } from '../harness/service.ts'
import { freshTopics, type TestTopics } from '../harness/topics.ts'
import { until } from '../harness/until.ts'
import { startRedis } from '../native/redis.ts'

const dir = mkdtempSync(join(tmpdir(), 'pulse-ingest-metrics-'))
const port = await freePort()
let redis: Awaited<ReturnType<typeof startRedis>>
let topics: TestTopics
let ingest: Service

beforeAll(async () => {
  redis = await startRedis({
    ...{ dir: join(dir, 'redis'), port, log: join(dir, 'redis.log') },
    durable: false,
  })
  topics = await freshTopics()
  ingest = await spawnService('ingest', {
    KAFKA_BROKERS: testAddresses().kafka,
    KAFKA_RAW_TOPIC: topics.raw,
    KAFKA_CONTROL_TOPIC: topics.control,
    REDIS_URL: redis.url,
    API_KEYS: 'tenant_a:key_a:unlimited,tenant_two:key_few:2,tenant_more:key_more:unlimited',
    METRICS_TENANTS: '2',
    LOG_LEVEL: 'debug',
    ...patientWithRedis,
  })
  await until('ingest is ready', () => isWhole(ingest.url), 30_000)
  // The first events of a process are slow. What becomes of their claims is counted behind their answers.
  for (let i = 0; i < 30; i++) await send(anEvent())
  await until('Redis was told of all', async () => (await metrics()).get(confirmed) === 30)
}, 60_000)
afterAll(async () => {
  await ingest?.stop()
  await redis?.stop()
  await topics?.remove()
  rmSync(dir, { recursive: true, force: true })
}, 60_000)

const send = async (event: unknown, headers: Record<string, string> = {}, path = '/events') =>
  (await post(ingest.url + path, event, headers)).status
const metrics = () => readMetrics(ingest.url)
const series = (name: string, labels: Record<string, string>) =>
  `${name}{${Object.entries(labels).map(([label, value]) => `${label}="${value}"`)}}`
const requests = (route: string, status: string, code: string) =>
  series('pulse_ingest_requests_total', { route, status, code })
const events = (tenant: string, verdict: string) =>
  series('pulse_ingest_events_total', { tenant, verdict })
const claims = (outcome: string) => series('pulse_ingest_claims_total', { outcome })
const confirmed = series('pulse_ingest_claims_told_total', { what: 'confirmed', heard: 'yes' })

const dependencies = (up: Readonly<Record<string, number>>) =>
  Object.fromEntries(
    Object.entries(up).map(([dependency, value]) => [
      series('pulse_ingest_dependency_up', { dependency }),
      value,
    ]),
  )
/** The metrics in which these series first have these values together. */
const whenTold = (state: Readonly<Record<string, number>>, from = ingest) =>
  until('metrics tell the state', async () => {
    const all = await readMetrics(from.url)
    const told = Object.fromEntries(Object.keys(state).map((name) => [name, all.get(name)]))
    expect(told).toEqual(state)
    return all
  })

test('every request, event, claim and record is counted once, under its name', async () => {
  const before = await metrics()
  const text = 'a payload that nobody may log'
  const event = anEvent({ payload: { text } })
  const key = { 'Idempotency-Key': 'a-key-that-nobody-may-log' }
  const batch = [event, 1, anEvent({ event_id: 'evt_2' })]
  const statuses = [
    await send(event, key),
    await send(event, key),
    await send(anEvent({ event_id: 'another' }), key),
    await send(event),
    await send('{', {}),
    await send(event, { 'X-API-Key': 'nobodys-key' }),
    await send(event, {}, '/nowhere'),
    await send(event, {}, '/health'),
    await send(event, { 'X-API-Key': 'key_few' }),
    await send(event, { 'X-API-Key': 'key_few' }),
    await send(event, { 'X-API-Key': 'key_few' }),
    await send(event, { 'X-API-Key': 'key_more' }),
    await send(batch, { 'Idempotency-Key': '' }, '/events/batch'),
  ]
  expect(statuses).toEqual([202, 202, 422, 202, 400, 401, 404, 405, 202, 202, 429, 202, 200])
  const since = (now: ReadonlyMap<string, number>, name: string) =>
    (now.get(name) ?? 0) - (before.get(name) ?? 0)
  await until('Redis was told of all', async () => since(await metrics(), confirmed) === 7)

  // A busy machine may leave the probes of Kafka and Redis without an answer in time.
  const now = await whenTold({
    pulse_ingest_in_flight: 0,
    pulse_ingest_in_flight_bytes: 0,
    pulse_ingest_in_flight_limit: 50_000,
    pulse_ingest_kafka_queue_records: 0,
    pulse_ingest_ready: 1,
    ...dependencies({ kafka: 1, redis: 1, control: 1 }),
  })
  const counted = {
    [requests('/events', '202', 'OK')]: 6,
    [requests('/events', '422', 'IDEMPOTENCY_KEY_REUSED')]: 1,
    [requests('/events', '400', 'INVALID_JSON')]: 1,
    [requests('/events', '401', 'UNAUTHORIZED')]: 1,
    [requests('/events', '429', 'RATE_LIMITED')]: 1,
    [requests('/events/batch', '200', 'OK')]: 1,
    [requests('other', '404', 'NOT_FOUND')]: 1,
    [requests('/health', '405', 'METHOD_NOT_ALLOWED')]: 1,
    [events('tenant_a', 'accepted')]: 4,
    [events('tenant_a', 'duplicate')]: 1,
    [events('tenant_a', 'IDEMPOTENCY_KEY_REUSED')]: 1,
    [events('tenant_a', 'INVALID_JSON')]: 1,
    [events('tenant_a', 'NOT_AN_OBJECT')]: 1,
    [events('tenant_two', 'accepted')]: 2,
    [events('tenant_two', 'RATE_LIMITED')]: 1,
    [events('(other)', 'accepted')]: 1,
    [claims('taken')]: 7,
    [claims('done')]: 1,
    [claims('reused')]: 1,
    [claims('counted')]: 2,
    pulse_ingest_batch_events_sum: 3,
    'kafka_produce_duration_seconds_count{outcome="acked"}': 7,
    'pulse_ingest_request_duration_seconds_count{route="/events"}': 10,
  }
  const grown = Object.keys(counted).map((name) => [name, since(now, name)])
  expect(Object.fromEntries(grown)).toEqual(counted)
  const total = (all: ReadonlyMap<string, number>) => sumOf(all, 'pulse_ingest_events_total')
  expect(total(now) - total(before)).toBe(12)
  expect(sumOf(now, 'pulse_ingest_redis_duration_seconds_count', 'script="take"')).toBeGreaterThan(
    0,
  )
  expect(sumOf(now, 'pulse_ingest_build_info')).toBe(1)

  const lines = ingest.lines().filter(({ msg }) => msg === 'request')
  const single = { route: '/events', tenant: 'tenant_a', bytes: JSON.stringify(event).length }
  expect(lines).toContainEqual(
    expect.objectContaining({ ...single, status: 202, code: 'OK', verdict: 'duplicate' }),
  )
  expect(lines).toContainEqual(
    expect.objectContaining({
      route: '/events/batch',
      tenant: 'tenant_a',
      bytes: JSON.stringify(batch).length,
      results: { accepted: 2, duplicates: 0, rejected: 1, retry: 0 },
    }),
  )
  expect(JSON.stringify(ingest.lines())).not.toMatch(/nobody|key_a|key_few|key_more/)
}, 60_000)

test('a Redis that does not answer is seen: a dependency, claims that are missing, a warning', async () => {
  redis.kill('SIGSTOP')
  try {
    expect(await send(anEvent())).toBe(202)
    const notHeard = series('pulse_ingest_claims_told_total', { what: 'confirmed', heard: 'no' })
    await until('what was not told is counted', async () => (await metrics()).get(notHeard))
    const now = await whenTold({ pulse_ingest_ready: 1, ...dependencies({ kafka: 1, redis: 0 }) })
    expect(now.get(claims('unavailable'))).toBeGreaterThanOrEqual(1)
    expect(ingest.lines()).toContainEqual(
      expect.objectContaining({ level: 'warn', trouble: 'claims_not_told' }),
    )
  } finally {
    redis.kill('SIGCONT')
  }
}, 60_000)

test('a Kafka that does not take records is seen: not ready, and a warning that says why', async () => {
  const lost = await spawnService('ingest', {
    KAFKA_BROKERS: testAddresses().kafka,
    KAFKA_RAW_TOPIC: `${topics.raw}.missing`,
    KAFKA_CONTROL_TOPIC: topics.control,
    REDIS_URL: redis.url,
    API_KEYS: 'tenant_a:key_a:unlimited',
  })
  const unconfirmed = async () => (await post(`${lost.url}/events`, anEvent(), {})).body.error.code
  await until('control is loaded', async () => (await unconfirmed()) === 'UNCONFIRMED', 30_000)
  const state = {
    pulse_ingest_ready: 0,
    ...dependencies({ kafka: 0, redis: 1 }),
    [events('tenant_a', 'UNCONFIRMED')]: 1,
    pulse_ingest_kafka_queue_records: 1,
  }
  await whenTold(state, lost)
  const report = await until(
    'the client gives up',
    () => lost.lines().find(({ trouble }) => trouble === 'not_reported'),
    60_000,
  )
  expect(report).toMatchObject({ level: 'warn', count: 1, reason: expect.any(String) })
  expect(lost.lines()).toContainEqual(
    expect.objectContaining({ level: 'warn', trouble: 'unconfirmed', count: 1 }),
  )
  await lost.stop()
}, 120_000)
