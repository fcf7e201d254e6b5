import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { requestIdAt, requestIdFrom } from '../contracts/request-id.ts'
import { type AdminDatabase, openAdminDatabase } from './harness/database.ts'
import type { LetterFilter } from './letter-query.ts'
import { listEvents, listLetters } from './list-events.ts'
import type { EventFilter } from './search-query.ts'
import type { Store } from './store.ts'

const TOPIC = '0190a7c0-0000-7000-8000-000000000001'
const NOW = new Date('2026-01-02T20:00:30Z')
const ago = (ms: number) => new Date(NOW.getTime() - ms)
const HOUR = 3_600_000

let database: AdminDatabase
let store: Store
const write: AdminDatabase['write'] = (work) => database.write(work)

beforeAll(async () => {
  database = await openAdminDatabase({ readerTimeoutMs: 30_000 })
  store = database.store
  await write(async (sql) => {
    await sql`select ensure_day('2026-01-01'), ensure_day('2026-01-02')`
    // 300 events, one every 6 minutes, 30 hours back; ten of them at one instant.
    await sql`
      insert into events (
        tenant_id, event_id, idempotency_key, event_type, schema_version, occurred_at, received_at,
        payload, request_id, topic_id, partition, "offset")
      select
        case when n % 3 = 0 then 'tenant_b' else 'tenant_a' end, 'evt_' || n, 'key_' || n,
        case when n = 299 then 'rare' else 'usual' end, 1, ${NOW}, at, 
        jsonb_build_object('n', n, 'user', jsonb_build_object('id', 'u' || n % 7)),
        'req_' || n, ${TOPIC}, 0, n
      from generate_series(0, 299) as n,
        lateral (select ${NOW}::timestamptz - case when n < 10 then interval '0' else n * interval '6 minutes' end as at) as t`
    await sql`
      insert into dead_letters (
        tenant_id, idempotency_key, fingerprint, event_id, event_type, request_id, code, class, stage,
        path, sentence, original, state, received_at, failed_at, topic_id, partition, "offset")
      select
        'tenant_a', 'dead_' || n, 'f', 'evt_dead', case when n % 2 = 0 then 'order' end,
        'req_dead_' || n, case when n % 5 = 0 then 'UNREADABLE_RECORD' else 'VALIDATION_FAILED' end,
        'invalid', 'validate', case when n % 5 = 0 then null else '/payload' end, 'is wrong',
        'x', case when n % 10 = 1 then 'stored' else 'open' end, ${NOW},
        ${NOW}::timestamptz - n * interval '1 hour' - n * interval '1 microsecond', ${TOPIC}, 1, n
      from generate_series(0, 59) as n`
  })
})

afterAll(() => database?.end())

const everything = {
  range: { from: undefined, to: undefined },
  now: NOW,
  mostCharacters: undefined,
}

describe('a list of events', () => {
  const all = async (filter: EventFilter, limit: number) => {
    const ids: string[] = []
    let before: EventFilter['before']
    for (;;) {
      const page = await listEvents(store, { ...filter, before }, { ...everything, limit })
      expect(page.rows.length).toBeLessThanOrEqual(limit)
      ids.push(...page.rows.map(({ eventId }) => eventId))
      if (page.next === null) return ids
      const [ms, id = ''] = page.next.split('_')
      before = { at: new Date(Number(ms)), id }
    }
  }

  test.each([1, 7, 50, 1000])(
    'in pages of %i has every event once',
    async (limit) => {
      const ids = await all({}, limit)
      expect(ids).toHaveLength(300)
      expect(new Set(ids).size).toBe(300)
      expect(ids.at(-1)).toBe('evt_299')
    },
    30_000,
  )

  test('is narrowed by tenant, type and payload, and misses nothing', async () => {
    expect(await all({ tenantId: 'tenant_b' }, 40)).toHaveLength(100)
    expect(await all({ eventType: 'rare' }, 40)).toEqual(['evt_299'])
    expect(await all({ payload: '{"user": {"id": "u3"}}' }, 40)).toHaveLength(43)
    expect(await all({ payload: '{"n": 42}', tenantId: 'tenant_b' }, 40)).toEqual(['evt_42'])
    expect(await all({ payload: '{"n": "42"}' }, 40)).toEqual([])
  })

  test('has so much of each payload, and of other fields only what is asked for whole', async () => {
    await write((sql) => sql`update events set extra = '{"more": 1}' where event_id = 'evt_42'`)
    const find = async (mostCharacters: number | undefined) => {
      const page = { ...everything, limit: 1, mostCharacters }
      const { rows } = await listEvents(store, { payload: '{"n": 42}' }, page)
      return rows.map(({ payload, extra }) => [payload, extra])
    }
    expect(await find(5)).toEqual([['{"n":', null]])
    expect(await find(undefined)).toEqual([['{"n": 42, "user": {"id": "u0"}}', '{"more": 1}']])
  })

  test('is narrowed to a time, both its ends included', async () => {
    const range = { from: ago(60 * 60_000), to: ago(60 * 60_000) }
    const { rows } = await listEvents(store, {}, { ...everything, range, limit: 50 })
    expect(rows.map(({ eventId }) => eventId)).toEqual(['evt_10'])
  })
})

describe('a list of dead letters', () => {
  const all = async (filter: LetterFilter, limit: number) => {
    const keys: string[] = []
    let before: LetterFilter['before']
    for (;;) {
      const wanted = { ...everything, limit, mostBytes: 10 }
      const page = await listLetters(store, { ...filter, before }, wanted)
      keys.push(...page.rows.map(({ idempotencyKey }) => idempotencyKey))
      if (page.next === null) return keys
      const [at = '', id = ''] = page.next.split('_')
      before = { at, id }
    }
  }

  test.each([1, 7, 60, 200])(
    'in pages of %i has every letter once, newest first',
    async (limit) => {
      expect(await all({}, limit)).toEqual(Array.from({ length: 60 }, (_, n) => `dead_${n}`))
    },
    30_000,
  )

  test('is narrowed by code, type, place and state, and to those that have none', async () => {
    expect(await all({ code: 'UNREADABLE_RECORD' }, 50)).toHaveLength(12)
    expect(await all({ eventType: 'order' }, 50)).toHaveLength(30)
    expect(await all({ eventType: null }, 50)).toHaveLength(30)
    expect(await all({ path: null, eventType: null }, 50)).toHaveLength(6)
    expect(await all({ state: 'stored' }, 50)).toHaveLength(6)
    expect(await all({ tenantId: 'tenant_b' }, 50)).toEqual([])
  })
})

test('dead letters are counted by what is wrong, with their trend and their newest', async () => {
  const { clusters, letters } = await store.letterClusters(ago(24 * HOUR), NOW)
  expect(letters).toBe(24)
  expect(
    clusters.map(({ code, path, eventType, count, open }) => [code, path, eventType, count, open]),
  ).toEqual([
    ['VALIDATION_FAILED', '/payload', null, 10, 7],
    ['VALIDATION_FAILED', '/payload', 'order', 9, 9],
    ['UNREADABLE_RECORD', null, 'order', 3, 3],
    ['UNREADABLE_RECORD', null, null, 2, 2],
  ])
  for (const { trend, count } of clusters) {
    expect(trend).toHaveLength(24)
    expect(trend.reduce((sum, n) => sum + n, 0)).toBe(count)
  }
  const [first] = clusters
  expect((await store.letter(first?.example ?? 0, 10))?.idempotencyKey).toBe('dead_1')
  expect(await store.letter(0, 10)).toBeNull()
})

describe('a request is found by its id', () => {
  const insertKey = (requestId: string, tenant: string, key: string, receivedAt: Date) =>
    write(
      (sql) => sql`
        insert into event_keys (
          tenant_id, idempotency_key, fingerprint, outcome, request_id, topic_id, partition, "offset", received_at)
        values (${tenant}, ${key}, 'f', 'stored', ${requestId}, ${TOPIC}, 0, 1, ${receivedAt})`,
    )

  test.each([0, 99, 1_500, 50_000])('when its event came %i ms after its id', async (ms) => {
    const given = NOW.getTime() - HOUR
    const id = `${requestIdFrom(given, crypto.randomUUID())}.7`
    await insertKey(id, 'tenant_a', `late_${ms}`, new Date(given + ms))
    const found = [
      { tenantId: 'tenant_a', idempotencyKey: `late_${ms}`, fingerprint: 'f', role: 'decided' },
    ]
    expect(await store.requestKeys(id, undefined)).toEqual(found as never)
    expect(await store.requestKeys(id, 'tenant_a')).toEqual(found as never)
    expect(await store.requestKeys(id, 'tenant_b')).toEqual([])
  })

  test('when its event came on a stream that had been open for hours, behind very many others', async () => {
    const given = NOW.getTime() - HOUR
    const opened = requestIdFrom(given - 10 * HOUR, crypto.randomUUID())
    const id = `${requestIdAt(given, opened)}.1234567`
    await insertKey(id, 'tenant_a', 'streamed', new Date(given + 20))
    expect(await store.requestKeys(id, 'tenant_a')).toEqual([
      { tenantId: 'tenant_a', idempotencyKey: 'streamed', fingerprint: 'f', role: 'decided' },
    ])
  })

  test('that repeated another', async () => {
    const id = requestIdFrom(NOW.getTime() - HOUR, crypto.randomUUID())
    await write(
      (sql) => sql`
        insert into event_requests (
          tenant_id, request_id, idempotency_key, fingerprint, verdict, received_at, topic_id, partition, "offset")
        values ('tenant_a', ${id}, 'key_7', 'f7', 'duplicate', ${ago(HOUR - 20)}, ${TOPIC}, 0, 1)`,
    )
    expect(await store.requestKeys(id, 'tenant_a')).toEqual([
      { tenantId: 'tenant_a', idempotencyKey: 'key_7', fingerprint: 'f7', role: 'repeated' },
    ])
  })

  test('that became a dead letter, whoever gave the id', async () => {
    expect(await store.requestKeys('req_dead_5', undefined)).toMatchObject([
      { idempotencyKey: 'dead_5', fingerprint: 'f', role: 'decided' },
    ])
    expect(await store.requestKeys('req_dead_5', 'tenant_b')).toEqual([])
    expect(await store.requestKeys("' or true --", undefined)).toEqual([])
  })
})

test('tenants are those of the ledger and of dead letters, and an event is found in any of them', async () => {
  await write(
    (sql) => sql`
      insert into event_keys (
        tenant_id, idempotency_key, fingerprint, outcome, topic_id, partition, "offset", received_at)
      select tenant, 'dead_7', 'f', 'stored', ${TOPIC}, 0, 1, ${NOW}
      from unnest(array['', 'tenant_c', 'tenant_d']) as tenant`,
  )
  expect(await store.tenants(10)).toEqual(['tenant_a', 'tenant_c', 'tenant_d'])
  expect(await store.tenants(2)).toEqual(['tenant_a', 'tenant_c'])
  const { events } = await store.matches(['tenant_a', 'tenant_b'], 'evt_3', 10)
  expect(events.map(({ tenantId }) => tenantId)).toEqual(['tenant_b'])
})

test('a key is found with every tenant that has one of its name', async () => {
  const everybody = ['tenant_a', 'tenant_b', 'tenant_c']
  expect(await store.tenantsOfKey(everybody, 'dead_7')).toEqual(['tenant_a', 'tenant_c'])
  expect(await store.tenantsOfKey(everybody, 'key_3')).toEqual(['tenant_b'])
  expect(await store.tenantsOfKey(everybody, 'nobodys')).toEqual([])
  expect(await store.tenantsOfKey([], 'dead_7')).toEqual([])
})

test('the last hour and the last day are counted, what is empty too', async () => {
  await write(
    (sql) => sql`
      insert into event_counts (minute, tenant_id, event_type, partition, stored, duplicate, dead)
      values
        (${ago(30 * 1000 + 60_000)}, 'a', 't', 0, 5, 1, 2),
        (${ago(30 * 1000 + 60_000)}, 'b', 't', 1, 7, 0, 0),
        (${ago(30 * 1000)}, 'a', 't', 0, 100, 0, 0),
        (${ago(30 * 1000 + 61 * 60_000)}, 'a', 't', 0, 1000, 0, 0)`,
  )
  const hour = await store.countsByMinute(ago(30_000 + 60 * 60_000), ago(90_000))
  expect(hour).toHaveLength(60)
  expect(hour.at(-1)).toEqual({ minute: ago(90_000), stored: 12, duplicate: 1, dead: 2 })
  expect(hour[0]).toEqual({
    ...{ minute: ago(30_000 + 60 * 60_000), stored: 0, duplicate: 0, dead: 0 },
  })
  const day = await store.dayCounts(ago(24 * HOUR), NOW)
  expect(day.filter(({ at }) => at === null)).toEqual([
    { at: null, tenantId: 'a', stored: 1105, duplicate: 1, dead: 2 },
    { at: null, tenantId: 'b', stored: 7, duplicate: 0, dead: 0 },
  ])
  expect(day.filter(({ at }) => at !== null).map(({ at, stored }) => [at, stored])).toEqual([
    [new Date('2026-01-02T18:45:00Z'), 1000],
    [new Date('2026-01-02T19:45:00Z'), 12],
    [new Date('2026-01-02T20:00:00Z'), 100],
  ])
})
