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
  // Dates, and instants with their zone: that of the server is the machine's.
  await sql`select ensure_day('2026-01-01'::date + n) from generate_series(0, 2) as n`
  const topic = '0190a7c0-0000-7000-8000-000000000001'
  await sql`
    insert into events (
      tenant_id, event_id, idempotency_key, event_type, schema_version, occurred_at, received_at,
      payload, request_id, topic_id, partition, "offset")
    select 'tenant_' || n % 5, 'evt_' || n, 'key_' || n, 'type_' || n % 8, 1, ${NOW},
      '2026-01-01T00:00Z'::timestamptz + n * interval '8 seconds', '{"n": 1}', 'req_' || n, ${topic}, 0, n
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
      sentence, original, state, received_at, failed_at, published_at, topic_id, partition, "offset")
    select tenant_id, idempotency_key, 'f', event_id, event_type, request_id, 'CODE', 'invalid', 'validate',
      'is wrong', 'x', case when "offset" % 1000 = 0 then 'open' else 'stored' end, received_at, received_at, received_at, topic_id, partition, "offset"
    from events`
  await sql`
    insert into event_counts (minute, tenant_id, event_type, partition, stored)
    select minute, 'tenant_' || n, 'type', n, 1
    from generate_series('2025-12-20T00:00Z'::timestamptz, '2026-01-03T20:00Z', '1 minute') as minute,
      generate_series(1, 10) as n`
  await sql`
    insert into projections.users
    select 'tenant_' || n % 5, 'user_' || n, 'a@b', 'A', 'B', ${NOW}, ${NOW}, n, 0 from generate_series(0, 32000) as n`
  await sql`
    insert into projections.orders
    select 'tenant_' || n % 5, 'order_' || n, 'user_' || n % 999, 1, 'EUR', ${NOW}, ${NOW}, n, 0
    from generate_series(0, 32000) as n`
  await sql`
    insert into projections.payments
    select 'tenant_' || n % 5, 'payment_' || n, 'order_' || n, 1, 'EUR', 'card', 'settled', ${NOW}, ${NOW}, n, 0
    from generate_series(0, 32000) as n`
  await sql`analyze`
}, 60_000)
afterAll(async () => {
  await sql?.end()
  await database?.drop()
})

type Questions = Readonly<Record<string, (store: Store) => Promise<unknown>>>
const month = new Date(NOW.getTime() - 30 * 24 * 3_600_000)

/** Of every question at least one. */
const questions: Readonly<Record<keyof Store, Questions>> = {
  ping: { itself: (s) => s.ping() },
  windowCounts: { 'of now': (s) => s.windowCounts(NOW) },
  countsByMinute: {
    'of an hour': (s) => s.countsByMinute(new Date(NOW.getTime() - 3_600_000), NOW),
  },
  topEventTypes: { 'of a day': (s) => s.topEventTypes(since, NOW) },
  dayCounts: { 'of a day': (s) => s.dayCounts(since, NOW) },
  countedPartitions: { all: (s) => s.countedPartitions() },
  projectionStates: { all: (s) => s.projectionStates() },
  matches: { 'of two tenants': (s) => s.matches(['tenant_1', 'tenant_2'], 'evt_17', 100) },
  keyRecords: {
    'of an event': (s) => s.keyRecords('tenant_1', 'key_16', 100, 'f'),
    'of nothing': (s) => s.keyRecords('tenant_1', 'nobodys', 100),
  },
  requestKeys: {
    'of any tenant': (s) => s.requestKeys(requestId, undefined),
    'of a tenant': (s) => s.requestKeys(requestId, 'tenant_1'),
  },
  tenants: { all: (s) => s.tenants(100) },
  tenantsOfKey: { 'of two tenants': (s) => s.tenantsOfKey(['tenant_1', 'tenant_2'], 'key_17') },
  eventsBetween: {
    all: (s) => s.eventsBetween({}, slice, 100),
    'that fit': (s) =>
      s.eventsBetween(
        { tenantId: 'tenant_1', eventType: 'type_1', payload: '{"n":2}' },
        slice,
        undefined,
      ),
  },
  eventsBack: { 'all the days': (s) => s.eventsBack(month, NOW, 500) },
  newestDeadLetters: { all: (s) => s.newestDeadLetters(20, 100) },
  lettersBetween: { 'that fit': (s) => s.lettersBetween({ code: 'OTHER' }, slice, 100) },
  lettersBack: { 'all the days': (s) => s.lettersBack(month, NOW, 500) },
  letter: { 'by its id': (s) => s.letter(17, 100) },
  letterClusters: {
    'of an hour': (s) => s.letterClusters(new Date(NOW.getTime() - 3_600_000), NOW),
  },
  deadLetterCounts: { 'of which few are open': (s) => s.deadLetterCounts() },
  userWithOrders: { 'with orders': (s) => s.userWithOrders('tenant_1', 'user_16', 5) },
  orderWithPayment: { 'with its payment': (s) => s.orderWithPayment('tenant_1', 'order_16') },
}

const cases = Object.entries(questions).flatMap(([name, asked]) =>
  Object.entries(asked).map(([what, question]) => [`${name}, ${what}`, question] as const),
)

test.each(cases)('%s', async (_, question) => {
  statements = []
  await question(store)
  const asked = statements.filter(({ text }) => /^\s*\(?(select|with)/i.test(text))
  expect(asked.length).toBeGreaterThan(0)
  for (const { text, parameters } of asked) {
    const plan = await sql.unsafe(`explain ${text}`, parameters as never[])
    const lines = plan.map((row) => String(row['QUERY PLAN']))
    const whole = lines.filter((line) =>
      /Seq Scan on (events|event_requests|event_keys|dead_letters|event_counts|users|orders|payments)/.test(
        line,
      ),
    )
    expect([whole, whole.length > 0 ? lines : []]).toEqual([[], []])
  }
})
