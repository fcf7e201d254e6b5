/** What the store tells of a batch, and what it keeps by the minute. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { anEvent, aRecordValue, type RecordOptions } from '../infra/harness/builders.ts'
import { freshDatabase, type TestDatabase } from '../infra/harness/database.ts'
import { openSql, type Sql } from '../infra/sql.ts'
import { decode } from './decode.ts'
import { beginCounting, type PartitionId } from './position.ts'
import type { Outcomes } from './session.ts'
import { makeSessions, type Sessions } from './sessions.ts'
import { makeStore, type Store } from './store.ts'

const id: PartitionId = { topic: 'events.raw', topicId: crypto.randomUUID(), partition: 0 }
let database: TestDatabase
let sql: Sql
let sessions: Sessions
let store: Store
let end = 0

beforeAll(async () => {
  database = await freshDatabase()
  sql = openSql(database.url)
  sessions = makeSessions({ databaseUrl: database.url }, 1, () => {})
  store = makeStore(sessions, () => {})
  await sessions.run('position', (sql) => beginCounting(sql, id, 0n))
})
afterAll(async () => {
  sessions.close()
  await sql.end()
  await database.drop()
})

function write(values: readonly Buffer[]): Promise<Outcomes> {
  const limits = { nowMs: Date.now(), ledgerDays: 90 }
  const from = end
  const records = values.map((value) =>
    decode(
      { offset: BigInt(end++), key: null, value, headers: {}, timestampMs: Date.now() },
      id,
      limits,
    ),
  )
  return store.write({ id, from: BigInt(from), until: BigInt(end), records })
}
const ofType = (event_type: string, given: RecordOptions = {}) =>
  aRecordValue({ ...given, event: anEvent({ event_type }) })

test('a batch tells what became of its records, by type', async () => {
  const repeated = { idempotencyKey: crypto.randomUUID() }
  const { types } = await write([
    ofType('login'),
    ofType('order', repeated),
    ofType('order', repeated),
    ofType('login', repeated),
    Buffer.from('{'),
  ])
  expect(types.toSorted((a, b) => a.type.localeCompare(b.type))).toEqual([
    { type: '', stored: 0, duplicate: 0, dead: 1 },
    { type: 'login', stored: 1, duplicate: 0, dead: 1 },
    { type: 'order', stored: 1, duplicate: 1, dead: 0 },
  ])
})

test('a batch that was halved tells of all its parts', async () => {
  const refused = `{"event_id":"e","event_type":"refused","schema_version":1,
    "occurred_at":"2026-01-02T20:00:00Z","payload":{"n":${'9'.repeat(140_000)}}}`
  const { types } = await write([
    ofType('left'),
    aRecordValue({ event: refused }),
    ofType('right'),
    ofType('right'),
  ])
  const count = (type: string, outcome: 'stored' | 'dead') =>
    types.filter((each) => each.type === type).reduce((sum, each) => sum + each[outcome], 0)
  expect([count('left', 'stored'), count('right', 'stored'), count('refused', 'dead')]).toEqual([
    1, 2, 1,
  ])
})

test('a tenant that makes up types is held to 200 a minute, and its frequent ones stay', async () => {
  const minute = new Date(Math.floor(Date.now() / 60_000) * 60_000 - 600_000)
  const given = { tenantId: 'tenant_flood', receivedAt: minute.toISOString() }
  const madeUp = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => ofType(`made_up_${from + i}`, given))
  const real = (count: number) => Array.from({ length: count }, () => ofType('zz_real', given))
  const rows = () => sql<{ event_type: string; stored: number }[]>`
    select event_type, stored::int from event_counts
     where tenant_id = 'tenant_flood' and minute = ${minute} order by stored desc, event_type`

  const { types } = await write([...madeUp(0, 150), ...real(3), ...madeUp(150, 850)])
  const first = await rows()
  expect(first).toHaveLength(201)
  expect(first.slice(0, 2)).toEqual([
    { event_type: 'other', stored: 801 },
    { event_type: 'zz_real', stored: 3 },
  ])
  expect(types).toHaveLength(201)

  await write([...madeUp(1000, 300), ...real(4)])
  const second = await rows()
  expect(second).toHaveLength(201)
  expect(second.slice(0, 2)).toEqual([
    { event_type: 'other', stored: 1101 },
    { event_type: 'zz_real', stored: 7 },
  ])
  expect(second.reduce((sum, { stored }) => sum + stored, 0)).toBe(1307)
})
