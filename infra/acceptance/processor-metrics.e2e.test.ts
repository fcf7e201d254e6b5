import { afterAll, beforeAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import { root } from '../bundle.ts'
import { freePort } from '../free-port.ts'
import { testAddresses } from '../harness/addresses.ts'
import { anEvent, without } from '../harness/builders.ts'
import { readMetrics, sumOf } from '../harness/metrics.ts'
import { type Pulse, startPulse } from '../harness/pulse.ts'
import { until } from '../harness/until.ts'

let pulse: Pulse
beforeAll(async () => {
  pulse = await startPulse()
}, 60_000)
afterAll(() => pulse.stop())

const metrics = () => readMetrics(pulse.processor.url)
const send = async (event: object, headers: Record<string, string> = {}) => {
  const answer = await pulse.post(event, headers)
  expect(answer.status).toBe(202)
  return answer
}
/** Of all that lines say under these names. */
const sum = (lines: readonly Record<string, unknown>[], ...names: string[]): number =>
  lines.flatMap((line) => names.map((name) => Number(line[name]))).reduce((a, b) => a + b, 0)
const processed = (type: string, status: string) =>
  `events_processed_total{type="${type}",status="${status}"}`

test('the metrics of seed 003 are there by name, and count what was sent', async () => {
  for (let i = 0; i < 5; i++) await send(anEvent({ event_type: 'user_login' }))
  const badIds = ['evt_bad_1', 'evt_bad_2']
  for (const event_id of badIds)
    await send(anEvent({ event_id, event_type: 'order_placed', payload: 1 }))
  await send(without(anEvent(), 'event_type'))
  await until('all are counted', async () => {
    const now = await metrics()
    return sumOf(now, 'events_processed_total') === 8
  })

  const now = await metrics()
  expect(now.get(processed('user_login', 'stored'))).toBe(5)
  expect(now.get(processed('order_placed', 'dead'))).toBe(2)
  expect(now.get(processed('unknown', 'dead'))).toBe(1)
  expect(now.get('dlq_entries_total')).toBe(3)
  expect(now.get('kafka_consume_duration_seconds_count')).toBeGreaterThan(0)
  for (const operation of ['copy', 'store', 'position', 'dead_letters', 'connect'])
    expect(
      now.get(`db_operation_duration_seconds_count{operation="${operation}"}`),
    ).toBeGreaterThan(0)
  expect(now.get('pulse_processor_batch_age_seconds_count')).toBe(
    now.get('pulse_processor_batch_records_count') as number,
  )
  await until('the rate has them', async () => {
    const rate = (await metrics()).get('events_processed_per_second{type="user_login"}')
    return rate === 5 / 15
  })
  await until('all dead letters are published, and known to be', async () => {
    const now = await metrics()
    const unpublished = now.get('pulse_processor_dead_letters_unpublished')
    return now.get('pulse_processor_dead_letters_published_total') === 3 && unpublished === 0
  })

  await until('they are in the list in Redis', async () => {
    const now = await metrics()
    return now.get('pulse_processor_dead_letters_mirrored_total{outcome="written"}') === 3
  })
  const redis = new Bun.RedisClient(testAddresses().redis)
  const list = (await redis.lrange('dlq:events', 0, -1)).map((entry) => JSON.parse(entry))
  redis.close()
  expect(list).toContainEqual({
    eventId: 'evt_bad_2',
    originalData: expect.stringContaining('"event_id":"evt_bad_2"'),
    error: 'VALIDATION_FAILED: payload must be a JSON object',
    timestamp: expect.stringMatching(/^20\d\d-.*Z$/),
    retryCount: 0,
  })

  const batches = await until('the log has what the metrics have', async () => {
    const read = (await metrics()).get('pulse_processor_batch_records_sum')
    const batches = pulse.processor.lines().filter(({ msg }) => msg === 'batch stored')
    return sum(batches, 'records') === read && batches
  })
  // What is read again, because the group was left and joined, is in no outcome.
  expect(sum(batches, 'stored', 'duplicate', 'dead', 'skipped')).toBe(8)
  expect(sum(batches, 'records')).toBeGreaterThanOrEqual(8)
  const lines = pulse.processor.lines()
  const letters = lines.filter(({ msg }) => msg === 'dead letter')
  expect(letters.map(({ eventId }) => eventId)).toEqual(expect.arrayContaining(badIds))
}, 60_000)

test('docs/operations.md and docs/projections.md have every metric, and no other', async () => {
  const text = await (await fetch(`${pulse.processor.url}/metrics`)).text()
  const exposed = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => String(name))
  const pages = await Promise.all(
    ['operations.md', 'projections.md'].map((page) => Bun.file(join(root, 'docs', page)).text()),
  )
  const rows = pages.flatMap((page) => page.split('\n')).filter((line) => line.startsWith('| `'))
  const listed = rows.flatMap(
    (row) => row.split('|')[1]?.match(/\b(pulse_processor|events|dlq|db|kafka)_\w+/g) ?? [],
  )
  const own = exposed.filter((name) => !/^(process|nodejs|bun)_/.test(name))
  expect([...new Set(listed)].sort()).toEqual(own.sort())
})

test('lag grows in records and seconds while Postgres does not store, also beyond what was fetched', async () => {
  const events = 80
  const before = await metrics()
  expect(sumOf(before, 'pulse_processor_lag_records')).toBe(0)
  expect(sumOf(before, 'pulse_processor_lag_seconds')).toBe(0)
  await pulse.sql.begin(async (sql) => {
    await sql`lock table event_keys in exclusive mode`
    // More than the processor holds of one partition: the rest stays in Kafka.
    const payload = { text: 'x'.repeat(200_000) }
    for (let i = 0; i < events; i++) await send(anEvent({ payload }), { 'Ordering-Key': 'one' })
    const first = await until('every record is in the lag', async () => {
      const now = await metrics()
      return sumOf(now, 'pulse_processor_lag_records') === events && now
    })
    await until('its age grows', async () => {
      const age = (now: ReadonlyMap<string, number>) => sumOf(now, 'pulse_processor_lag_seconds')
      return age(await metrics()) > age(first)
    })
  })
  await until('it is worked off', async () => {
    const now = await metrics()
    const lag = sumOf(now, 'pulse_processor_lag_records')
    return lag === 0 && sumOf(now, 'pulse_processor_lag_seconds') === 0
  })
}, 60_000)

test('with DLQ_REDIS_MIRROR=off the processor needs no Redis, and writes to none', async () => {
  await pulse.processor.stop()
  const nobody = `redis://127.0.0.1:${await freePort()}`
  const off = await pulse.startProcessor({ DLQ_REDIS_MIRROR: 'off', REDIS_URL: nobody })
  await send(without(anEvent(), 'event_type'))
  await until(
    'the dead letter is published',
    async () => {
      const now = await readMetrics(off.url)
      return now.get('pulse_processor_dead_letters_published_total') === 1
    },
    30_000,
  )
  expect(sumOf(await readMetrics(off.url), 'pulse_processor_dead_letters_mirrored_total')).toBe(0)
  expect(off.lines().filter(({ msg }) => String(msg).includes('Redis'))).toEqual([])
}, 60_000)
