/** Every question of the pages is answered through an index: a table that grows is never read as a whole. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import postgres from 'postgres'
import { requestIdFrom } from '../contracts/request-id.ts'
import { freshDatabase, type TestDatabase } from '../infra/harness/database.ts'
import { storeOver } from './harness/database.ts'
import type { Sql } from './postgres.ts'
import type { Store } from './store.ts'

const NOW = new Date('2026-01-03T20:00:30Z')
const since = new Date('2026-01-03T00:00:00Z')
const slice = { from: new Date(NOW.getTime() - 60_000), to: NOW, limit: 51 }
const requestId = requestIdFrom(NOW.getTime() - 5_000, '2bff9614-fbdd-4e95-bf31-f4a9aae9bc86')

let database: TestDatabase
let sql: Sql
let store: Store
let statements: { text: string; parameters: unknown[] }[] = []

beforeAll(async () => {
  database = await freshDatabase()
  sql = postgres(database.url, {
    ...{ max: 2, fetch_types: false, onnotice: () => {} },
    debug: (_, text, parameters) => statements.push({ text, parameters }),
  }) as unknown as Sql
  store = storeOver(sql)
  await sql`select ensure_day(day::date) from generate_series('2026-01-01'::timestamptz, '2026-01-03', '1 day') as day`
  const topic = '0190a7c0-0000-7000-8000-000000000001'
  await sql`
    insert into events (
      tenant_id, event_id, idempotency_key, event_type, schema_version, occurred_at, received_at,
      payload, request_id, topic_id, partition, "offset")
    select 'tenant_' || n % 5, 'evt_' || n, 'key_' || n, 'type_' || n % 8, 1, ${NOW},
      '2026-01-01'::timestamptz + n * interval '8 seconds', '{"n": 1}', 'req_' || n, ${topic}, 0, n
    from generate_series(0, 32000) as n`
  await sql`
    insert into event_keys (
      tenant_id, idempotency_key, fingerprint, outcome, request_id, topic_id, partition, "offset", received_at)
    select tenant_id, idempotency_key, 'f', 'stored', request_id, topic_id, partition, "offset", received_at
    from events`
  await sql`
    insert into event_requests (
      tenant_id, request_id, idempotency_key, verdict, received_at, topic_id, partition, "offset")
    select tenant_id, request_id, idempotency_key, 'duplicate', received_at, topic_id, partition, "offset"
    from events`
  await sql`
    insert into dead_letters (
      tenant_id, idempotency_key, fingerprint, event_id, event_type, request_id, code, class, stage,
      sentence, original, received_at, failed_at, published_at, topic_id, partition, "offset")
    select tenant_id, idempotency_key, 'f', event_id, event_type, request_id, 'CODE', 'invalid', 'validate',
      'is wrong', 'x', received_at, received_at, received_at, topic_id, partition, "offset"
    from events`
  await sql`
    insert into event_counts (minute, tenant_id, event_type, partition, stored)
    select minute, 'tenant_' || n, 'type', n, 1
    from generate_series('2025-12-20'::timestamptz, '2026-01-03T20:00Z', '1 minute') as minute,
      generate_series(1, 10) as n`
  await sql`analyze`
}, 60_000)
afterAll(async () => {
  await sql?.end()
  await database?.drop()
})

type Question = (store: Store) => Promise<unknown>
const questions: readonly (readonly [name: string, question: Question])[] = [
  ['windows', (s) => s.windowCounts(NOW)],
  ['minutes', (s) => s.minuteCounts(NOW)],
  ['the last hour', (s) => s.hourVolume(NOW)],
  ['top types', (s) => s.topEventTypes(since, NOW)],
  ['an event by its id', (s) => s.matches(['tenant_1', 'tenant_2'], 'evt_17', 100)],
  ['a key', (s) => s.keyRecords('tenant_1', 'key_17', 100)],
  ['a request', (s) => s.requestKeys(requestId, undefined)],
  ['a request of a tenant', (s) => s.requestKeys(requestId, 'tenant_1')],
  ['tenants', (s) => s.tenants()],
  ['the newest events', (s) => s.eventsBetween({}, slice, 100)],
  [
    'events that fit',
    (s) =>
      s.eventsBetween(
        { tenantId: 'tenant_1', eventType: 'type_1', payload: '{"n":2}' },
        slice,
        undefined,
      ),
  ],
  ['the newest dead letters', (s) => s.newestDeadLetters(20, 100)],
  ['dead letters that fit', (s) => s.lettersBetween({ code: 'OTHER' }, slice, 100)],
  ['one dead letter', (s) => s.letter(17, 100)],
  ['clusters', (s) => s.letterClusters(new Date(NOW.getTime() - 3_600_000), NOW)],
]

test.each(questions)('%s', async (_, question) => {
  statements = []
  await question(store)
  const asked = statements.filter(({ text }) => /^\s*(select|with)/i.test(text))
  expect(asked.length).toBeGreaterThan(0)
  for (const { text, parameters } of asked) {
    const plan = await sql.unsafe(`explain ${text}`, parameters as never[])
    const lines = plan.map((row) => String(row['QUERY PLAN']))
    const whole = lines.filter((line) =>
      /Seq Scan on (events|event_requests|event_keys|dead_letters|event_counts)/.test(line),
    )
    expect([whole, whole.length > 0 ? lines : []]).toEqual([[], []])
  }
})
