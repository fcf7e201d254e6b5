import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type AdminDatabase, openAdminDatabase, storeOver } from './harness/database.ts'
import { deadLetterCounts } from './queries/dead-letter-counts.ts'
import type { Store } from './store.ts'

const TOPIC = '0190a7c0-0000-7000-8000-000000000001'
const EARLIER_TOPIC = '0190a7c0-0000-7000-8000-000000000000'
const NOW = new Date('2026-01-02T20:00:30Z')
const minutesAgo = (n: number) => new Date(NOW.getTime() - n * 60_000)
const bigNumber = '12345678901234567890'

let database: AdminDatabase
/** What it asks is cut off soon; what is asked for its answer is asked by `store`, however busy the machine is. */
let hurried: AdminDatabase['reader']
let store: Store
const write: AdminDatabase['write'] = (work) => database.write(work)

beforeAll(async () => {
  database = await openAdminDatabase({ readerTimeoutMs: 200 })
  hurried = database.reader
  store = storeOver(database.writer)
  await write(async (sql) => {
    await sql`select ensure_day('2026-01-02')`
  })
})

afterAll(() => database?.end())

const storeEvent = (key: string, eventId: string, offset: number) =>
  write(
    (sql) => sql`
      insert into events (
        tenant_id, event_id, idempotency_key, event_type, schema_version, occurred_at, received_at,
        payload, request_id, topic_id, partition, "offset")
      values (
        'tenant_a', ${eventId}, ${key}, 'user_login', 1, ${NOW}, ${NOW},
        ${`{"n": ${bigNumber}}`}::text::jsonb, 'req', ${TOPIC}, 0, ${offset})`,
  )

const bury = (key: string, offset: number, failedAt: Date, original: Buffer) =>
  write(
    (sql) => sql`
      insert into dead_letters (
        tenant_id, idempotency_key, fingerprint, event_id, code, class, stage, sentence, original,
        received_at, failed_at, topic_id, partition, "offset")
      values (
        'tenant_a', ${key}, 'f', 'evt_dead', 'MISSING_FIELD', 'invalid', 'validate', 'is required',
        ${original}, ${NOW}, ${failedAt}, ${TOPIC}, 1, ${offset})`,
  )

test('a session of the admin cannot write', async () => {
  const insert = hurried`insert into event_counts (minute, tenant_id, event_type, partition)
    values (now(), 'a', 'b', 0)`
  await expect(insert.execute()).rejects.toMatchObject({ code: '25006' })
})

test('a statement that is too slow is cut off by the server', async () => {
  await expect(hurried`select pg_sleep(5)`.execute()).rejects.toMatchObject({ code: '57014' })
})

test('windows are whole minutes, the current one included, summed over tenants and partitions', async () => {
  const counts: [minute: Date, type: string, partition: number, stored: number, dead: number][] = [
    [minutesAgo(0.5), 'a', 0, 1, 1],
    [minutesAgo(0.5), 'a', 1, 2, 0],
    [minutesAgo(1.5), 'b', 0, 4, 2],
    [minutesAgo(2.5), 'b', 0, 8, 4],
    [minutesAgo(5.5), 'b', 0, 16, 0],
    [minutesAgo(30.5), 'b', 0, 32, 0],
    [minutesAgo(31.5), 'b', 0, 64, 0],
    [new Date('2026-01-01T23:59:00Z'), 'yesterday', 0, 128, 0],
    [minutesAgo(-1.5), 'tomorrow', 0, 256, 0],
  ]
  for (const [minute, type, partition, stored, dead] of counts)
    await write(
      (sql) => sql`
        insert into event_counts (minute, tenant_id, event_type, partition, stored, dead)
        values (${minute}, 't', ${type}, ${partition}, ${stored}, ${dead})`,
    )
  expect(await store.windowCounts(NOW)).toEqual({
    eventsLastMinute: 7,
    eventsLast5Minutes: 31,
    eventsLast30Minutes: 63,
    deadLastMinute: 3,
    deadLast5Minutes: 7,
  })
  expect([...(await store.topEventTypes(new Date('2026-01-02T00:00:00Z'), NOW))]).toEqual([
    { eventType: 'b', count: 124 },
    { eventType: 'a', count: 3 },
  ])
  expect([...(await store.topEventTypes(minutesAgo(5), NOW))]).toEqual([
    { eventType: 'b', count: 28 },
    { eventType: 'a', count: 3 },
  ])
  const minute = (ago: number, stored: number, dead: number) => ({
    minute: minutesAgo(0.5 + ago),
    stored,
    duplicate: 0,
    dead,
  })
  expect([...(await store.countsByMinute(minutesAgo(5.5), minutesAgo(0.5)))]).toEqual([
    minute(5, 16, 0),
    minute(4, 0, 0),
    minute(3, 0, 0),
    minute(2, 8, 4),
    minute(1, 4, 2),
    minute(0, 3, 1),
  ])
})

test('an event is found by tenant and id, its numbers as they were stored', async () => {
  await storeEvent('key_found', 'evt_found', 1)
  const { events } = await store.matches(['tenant_a'], 'evt_found', 1000)
  expect(events).toHaveLength(1)
  expect(events[0]).toMatchObject({ eventId: 'evt_found', offset: 1, receivedAt: NOW })
  expect(events[0]?.payload).toBe(`{"n": ${bigNumber}}`)
  expect((await store.matches(['tenant_b'], 'evt_found', 1000)).events).toEqual([])
})

test('more than twenty events with one id are cut, and said to be more', async () => {
  for (let n = 0; n < 21; n++) await storeEvent(`key_many_${n}`, 'evt_many', 100 + n)
  const { events, more } = await store.matches(['tenant_a'], 'evt_many', 1000)
  expect(events).toHaveLength(20)
  expect(more).toBe(true)
})

test.each([`' or true --`, '%', '\\', '"; drop table events; --'])(
  'the key %s finds nothing but itself',
  async (key) => {
    const { ledger, events, deadLetters } = await store.keyRecords('tenant_a', key, 1000)
    expect([ledger, events.length, deadLetters.length]).toEqual([null, 0, 0])
  },
)

test('everything under a key is read together', async () => {
  await storeEvent('key_all', 'evt_all', 2)
  await bury('key_all', 2, NOW, Buffer.from('{}'))
  await write(
    (sql) => sql`
      insert into event_keys (
        tenant_id, idempotency_key, fingerprint, outcome, topic_id, partition, "offset", received_at)
      values ('tenant_a', 'key_all', 'f', 'stored', ${TOPIC}, 0, 2, ${NOW})`,
  )
  const found = await store.keyRecords('tenant_a', 'key_all', 1000)
  expect(found.ledger).toMatchObject({ outcome: 'stored', partition: 0, offset: 2 })
  expect(found.events).toHaveLength(1)
  expect(found.deadLetters).toHaveLength(1)
  expect(found.ledgerStart).toEqual(NOW)
})

test('of more letters under a key than are read, the key’s own and the one that is asked for are among them', async () => {
  await write(
    (sql) => sql`
      insert into dead_letters (
        tenant_id, idempotency_key, fingerprint, code, class, stage, sentence, original,
        received_at, failed_at, topic_id, partition, "offset")
      select 'tenant_a', 'key_reused', 'f' || n, 'KEY_REUSED', 'conflict', 'store', 'is taken', 'x',
        ${NOW}, ${NOW}::timestamptz + n * interval '1 second', ${TOPIC}, 1, 100 + n
      from generate_series(0, 24) as n`,
  )
  const prints = async (fingerprint?: string) =>
    (await store.keyRecords('tenant_a', 'key_reused', 1, fingerprint)).deadLetters.map(
      (letter) => letter.fingerprint,
    )
  expect(await prints()).toHaveLength(20)
  expect(await prints('f24')).toEqual([...(await prints()), 'f24'])
  expect(await prints('f3')).toEqual(await prints())
  // The key's own came after them all.
  await bury('key_reused', 200, minutesAgo(-0.9), Buffer.from('{}'))
  await write(
    (sql) => sql`
      insert into event_keys (
        tenant_id, idempotency_key, fingerprint, outcome, topic_id, partition, "offset", received_at)
      values ('tenant_a', 'key_reused', 'f', 'dead', ${TOPIC}, 1, 200, ${NOW})`,
  )
  expect(await prints()).toHaveLength(21)
  expect((await prints()).at(-1)).toBe('f')
  expect(new Set((await prints('f24')).slice(20))).toEqual(new Set(['f', 'f24']))
})

test('dead letters come newest first, with the beginning of each record and its whole size', async () => {
  const bytes = Buffer.from([0xff, 0x00, 0x7b, 0x5c])
  await bury('key_old', 10, minutesAgo(-1), Buffer.alloc(0))
  await bury('key_new', 11, minutesAgo(-2), bytes)
  const { deadLetters, leftOut } = await store.newestDeadLetters(2, 3)
  expect(deadLetters.map((letter) => letter.idempotencyKey)).toEqual(['key_new', 'key_old'])
  expect(Buffer.from(deadLetters[0]?.original ?? [])).toEqual(bytes.subarray(0, 3))
  expect(deadLetters.map((letter) => letter.originalBytes)).toEqual([4, 0])
  expect(leftOut).toBe(0)
})

test('dead letters are counted no further than a bound', async () => {
  const open = (await store.newestDeadLetters(200, 1)).deadLetters.length
  await write(
    (sql) => sql`update dead_letters set published_at = ${NOW} where idempotency_key = 'key_new'`,
  )
  expect(await store.deadLetterCounts()).toEqual({
    open,
    unpublished: open - 1,
    countedUpTo: 10_000,
  })
  expect(await deadLetterCounts(database.writer, 2)).toEqual({
    open: 2,
    unpublished: 2,
    countedUpTo: 2,
  })
})

test('letters beyond the budget of one answer are left out and counted', async () => {
  const large = Buffer.alloc(9 * 1024 * 1024, 'x')
  for (let n = 0; n < 3; n++) await bury(`key_large_${n}`, 20 + n, minutesAgo(-10 - n), large)
  const { deadLetters, leftOut } = await store.newestDeadLetters(3, 64 * 1024 * 1024)
  expect(deadLetters.map((letter) => letter.idempotencyKey)).toEqual(['key_large_2'])
  expect(leftOut).toBe(2)
})

test('counters of every topic id are read, as numbers', async () => {
  for (const topic of [EARLIER_TOPIC, TOPIC])
    await write(
      (sql) => sql`
        insert into pipeline_offsets (
          topic_id, topic, partition, first_offset, counted_to, stored, duplicate, dead)
        values (${topic}, 'events.raw', 0, 5, 5000000011, 5000000000, 4, 2)`,
    )
  expect([...(await store.countedPartitions())]).toEqual(
    [EARLIER_TOPIC, TOPIC].map((topicId) => ({
      topicId,
      partition: 0,
      firstOffset: 5,
      countedTo: 5_000_000_011,
      stored: 5_000_000_000,
      duplicate: 4,
      dead: 2,
      skipped: 0,
    })),
  )
})

describe('of an event it is told', () => {
  const told = async (key: string) =>
    Object.fromEntries(
      (await store.keyRecords('tenant_a', key, 10)).projections.map(
        ({ name, passed, behind, phase, pausedWhy }) => [name, [passed, behind, phase, pausedWhy]],
      ),
    )

  test('which projections have passed it, each by its own marker', async () => {
    const at = new Date(NOW.getTime() + 1)
    await storeEvent('key_before', 'evt_before', 300)
    await storeEvent('key_after', 'evt_after', 310)
    await write(async (sql) => {
      const begin = (name: string, types: string | null, given: object = {}) =>
        sql`insert into projection_states ${sql({
          ...{ name, history: 0, phase: 'following', types, ...given },
        })}`
      const follow = (projection: string, began: number, to: number) =>
        sql`
          insert into projection_positions (projection, topic_id, partition, began_at, projected_to)
          values (${projection}, ${TOPIC}, 0, ${began}, ${to})`
      await begin('behind', '{user_login,other}')
      await follow('behind', 305, 306)
      await begin('passed', '{user_login}')
      await follow('passed', 305, 311)
      await begin('reading', '{user_login}', { phase: 'history', read_at: at })
      await follow('reading', 305, 305)
      await begin('reading_yet', '{user_login}', { phase: 'history' })
      await follow('reading_yet', 305, 305)
      await begin('paused', '{user_login}', { paused_why: 'it fails', paused_at: NOW })
      await begin('of_others', '{order_placed}')
      await begin('of_nobody_knows', null)
      await begin('behind~rebuild', '{user_login}')
    })
    const nowhere = [false, null, 'following', 'it fails']
    expect(await told('key_before')).toEqual({
      behind: [true, null, 'following', null],
      passed: [true, null, 'following', null],
      paused: nowhere,
      reading: [true, null, 'history', null],
      reading_yet: [false, null, 'history', null],
    })
    expect(await told('key_after')).toEqual({
      behind: [false, 5, 'following', null],
      passed: [true, 0, 'following', null],
      paused: nowhere,
      reading: [false, 6, 'history', null],
      reading_yet: [false, 6, 'history', null],
    })
    expect(await told('key_nobodys')).toEqual({})
  })

  test('that they have passed it, when its partition is counted anew since', async () => {
    await storeEvent('key_anew', 'evt_anew', 310)
    // All in one millisecond: what was processed before, the end of the count, and what was processed behind it.
    // As text: of a Date that the client would make of it only the milliseconds were left.
    const instant = (microseconds: string) => `2026-01-02T20:00:31.000${microseconds}Z`
    await write(async (sql) => {
      const processed = (key: string, at: string) =>
        sql`update events set processed_at = ${at}::text::timestamptz where idempotency_key = ${key}`
      await processed('key_after', instant('499'))
      await sql`
        insert into forgotten_positions (topic_id, partition, stored, forgotten_at)
        values (${TOPIC}, 0, 1, ${instant('500')}::text::timestamptz)`
      await processed('key_anew', instant('501'))
    })
    expect(await told('key_after')).toEqual({
      behind: [true, null, 'following', null],
      passed: [true, null, 'following', null],
      paused: [true, null, 'following', 'it fails'],
      reading: [true, null, 'history', null],
      reading_yet: [false, null, 'history', null],
    })
    expect(await told('key_anew')).toMatchObject({
      behind: [false, 5, 'following', null],
      passed: [true, 0, 'following', null],
      paused: [false, null, 'following', 'it fails'],
    })
  })
})
