/** Dead letters that are tried again: stored at last, or the same letter with one attempt more. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test'
import { redriveHeader } from '../contracts/redrive.ts'
import { anEvent, aRecordValue, type RecordOptions, without } from '../infra/harness/builders.ts'
import { freshDatabase, type TestDatabase } from '../infra/harness/database.ts'
import { openSql, type Sql } from '../infra/sql.ts'
import { decode, type Judged } from './decode.ts'
import { beginCounting, type PartitionId } from './position.ts'
import type { Counts } from './session.ts'
import { makeSessions, type Sessions } from './sessions.ts'
import { makeStore, type Store } from './store.ts'

let database: TestDatabase
let sql: Sql
let sessions: Sessions
let store: Store
let id: PartitionId
let key: string

beforeAll(async () => {
  database = await freshDatabase()
  sql = openSql(database.url, 2)
  sessions = makeSessions({ databaseUrl: database.url }, 1, () => {})
  store = makeStore(sessions, () => {})
})
afterAll(async () => {
  sessions.close()
  await sql.end()
  await database.drop()
})
beforeEach(async () => {
  id = { topic: 'events.raw', topicId: crypto.randomUUID(), partition: 0 }
  key = crypto.randomUUID()
  await sessions.run('position', (sql) => beginCounting(sql, id, 0n))
})

type Letter = { readonly letter: string; readonly fingerprint: string }
type Tried = RecordOptions & { letter?: Letter; attempt?: number; value?: Buffer }

const record = (offset: number, { letter, attempt = 1, value, ...options }: Tried): Judged =>
  decode(
    {
      offset: BigInt(offset),
      key: null,
      value: value ?? aRecordValue({ idempotencyKey: key, ...options }),
      headers: letter ? { redrive: redriveHeader({ ...letter, attempt }) } : {},
      timestampMs: Date.now(),
    },
    id,
    { nowMs: Date.now(), ledgerDays: 90 },
  )

/** Records from an offset on; what lies below `from` is counted already. */
async function write(offset: number, given: readonly Tried[], from = offset): Promise<Counts> {
  const records = given.map((each, i) => record(offset + i, each))
  const end = Math.max(offset + given.length, from)
  const { counts } = await store.write({ id, from: BigInt(from), until: BigInt(end), records })
  return counts
}
const counted = (given: Partial<Counts>): Counts => ({
  ...{ stored: 0, duplicate: 0, dead: 0, skipped: 0 },
  ...given,
})

const bad = without(anEvent(), 'event_type')
const good = anEvent()

const letters = () => sql<{ id: string; state: string; attempts: number; code: string }[]>`
  select id::text as id, state, attempts, code from dead_letters where idempotency_key = ${key} order by id`
const letterOf = async (of: string) => {
  const [row] = await sql<Letter[]>`
    select id::text as letter, fingerprint from dead_letters where idempotency_key = ${of}`
  return row as Letter
}
const letterId = () => letterOf(key)
const stored = async () =>
  (await sql`select "offset" from events where idempotency_key = ${key}`).map((row) => row.offset)
const ledger = async () =>
  (await sql`select outcome, "offset" from event_keys where idempotency_key = ${key}`)[0]

test('what can be stored now is stored under its key, and its letter is closed', async () => {
  await write(0, [{ event: bad }])
  expect(await write(1, [{ event: good, letter: await letterId() }])).toEqual(
    counted({ stored: 1 }),
  )
  expect(await stored()).toEqual(['1'])
  expect(await ledger()).toEqual({ outcome: 'stored', offset: '1' })
  expect(await letters()).toMatchObject([{ state: 'stored', attempts: 2 }])
})

test('what cannot is the same letter with its next attempt, to be published again', async () => {
  await write(0, [{ event: bad }])
  await sql`update dead_letters set published_at = now() where idempotency_key = ${key}`
  const event = without(anEvent(), 'schema_version')
  expect(await write(1, [{ event, letter: await letterId() }])).toEqual(counted({ dead: 1 }))
  const [letter] = await sql`select * from dead_letters where idempotency_key = ${key}`
  expect(letter).toMatchObject({
    ...{ state: 'open', attempts: 2, path: '/schema_version', published_at: null, offset: '1' },
  })
  expect(String(letter?.original)).toInclude(JSON.stringify(event))
  expect(await letters()).toHaveLength(1)
  expect(await stored()).toEqual([])
  expect(await write(2, [{ event: good, letter: await letterId(), attempt: 2 }])).toEqual(
    counted({ stored: 1 }),
  )
})

test('an attempt that comes twice changes nothing the second time', async () => {
  await write(0, [{ event: bad }])
  const letter = await letterId()
  expect(
    await write(1, [
      { event: bad, letter },
      { event: bad, letter },
    ]),
  ).toEqual(counted({ dead: 1, duplicate: 1 }))
  expect(await letters()).toMatchObject([{ attempts: 2 }])
  await write(3, [{ event: good, letter, attempt: 2 }])
  expect(await write(4, [{ event: good, letter, attempt: 2 }])).toEqual(counted({ duplicate: 1 }))
  expect(await stored()).toEqual(['3'])
})

test('read again from before it, an attempt changes no row and no count', async () => {
  await write(0, [{ event: bad }])
  const again = { event: good, letter: await letterId() }
  await write(1, [again])
  expect(await write(0, [{ event: bad }, again], 2)).toEqual(counted({}))
  expect(await stored()).toEqual(['1'])
  expect(await letters()).toMatchObject([{ state: 'stored', attempts: 2 }])
})

test('an event whose key is another’s stays dead, and is stored under a key of its own', async () => {
  await write(0, [{ event: good }, { event: anEvent({ payload: { other: true } }) }])
  const letter = await letterId()
  const event = anEvent({ payload: { other: true } })
  expect(await write(2, [{ event, letter }])).toEqual(counted({ dead: 1 }))
  expect(await letters()).toMatchObject([{ code: 'KEY_REUSED', attempts: 2, state: 'open' }])
  const other = crypto.randomUUID()
  expect(await write(3, [{ event, letter, attempt: 2, idempotencyKey: other }])).toEqual(
    counted({ stored: 1 }),
  )
  expect(await letters()).toMatchObject([{ attempts: 3, state: 'stored' }])
  expect(await stored()).toEqual(['0'])
})

test('a record that nobody could read is stored once it was mended', async () => {
  await write(0, [{ value: Buffer.from('{"broken') }])
  const letter = await letterOf(`@${id.topicId}/0/0`)
  // Mended once not far enough, it is the same letter still.
  expect(await write(1, [{ event: bad, letter }])).toEqual(counted({ dead: 1 }))
  expect(await write(2, [{ event: good, letter, attempt: 2 }])).toEqual(counted({ stored: 1 }))
  const all = await sql`select state from dead_letters where topic_id = ${id.topicId}`
  expect(all.map(({ state }) => state)).toEqual(['stored'])
  expect(await stored()).toEqual(['2'])
})

test('a letter that there is not is nothing to try', async () => {
  const letter = { letter: '999999999999', fingerprint: '0'.repeat(32) }
  expect(await write(0, [{ event: good, letter }])).toEqual(counted({ duplicate: 1 }))
  expect(await stored()).toEqual([])
})

test('after a restore, when ids begin anew, a letter is found by its key and no other one is touched', async () => {
  await write(0, [{ event: bad }])
  const { letter: own, fingerprint } = await letterId()
  const other = crypto.randomUUID()
  await write(1, [{ event: without(anEvent(), 'event_id'), idempotencyKey: other }])
  const { letter: foreign } = await letterOf(other)
  expect(await write(2, [{ event: good, letter: { letter: foreign, fingerprint } }])).toEqual(
    counted({ stored: 1 }),
  )
  expect(await letters()).toMatchObject([{ id: own, state: 'stored' }])
  const [untouched] = await sql`select state, attempts from dead_letters where id = ${foreign}`
  expect(untouched).toEqual({ state: 'open', attempts: 1 })
})

test('what the tables have lost of a redriven event is stored again when it is read again', async () => {
  await write(0, [{ event: bad }])
  const again = { event: good, letter: await letterId() }
  await write(1, [again])
  await sql`delete from events where idempotency_key = ${key}`
  await sql`delete from event_keys where idempotency_key = ${key}`
  expect(await write(0, [{ event: bad }, again], 2)).toEqual(counted({}))
  expect(await stored()).toEqual(['1'])
  expect(await ledger()).toEqual({ outcome: 'stored', offset: '1' })
  expect(await letters()).toMatchObject([{ state: 'stored', attempts: 2 }])
})

test('beside records of every other outcome each keeps its own', async () => {
  await write(0, [{ event: bad }])
  const letter = await letterId()
  const fresh = crypto.randomUUID()
  const counts = await write(1, [
    { event: bad },
    { event: good, idempotencyKey: fresh },
    { event: good, letter },
    { event: good, idempotencyKey: fresh },
    { event: good },
    { event: bad, idempotencyKey: crypto.randomUUID() },
  ])
  expect(counts).toEqual(counted({ stored: 2, duplicate: 3, dead: 1 }))
  expect(await stored()).toEqual(['3'])
})
