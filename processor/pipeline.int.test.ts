/** The pipeline against real Postgres, fed by a log that lies in memory: what happens between two steps. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test'
import { anEvent, aRecordValue, without } from '../infra/harness/builders.ts'
import { freshDatabase, type TestDatabase } from '../infra/harness/database.ts'
import { openSql, type Sql } from '../infra/sql.ts'
import type { IncomingRecord } from './decode.ts'
import { type PipelineDeps, runPartition } from './pipeline.ts'
import type { PartitionId } from './position.ts'
import type { AssignedPartition } from './seat.ts'
import { makeSessions, type Sessions } from './sessions.ts'
import { makeStore, type Store } from './store.ts'
import { makeTurns } from './turns.ts'

let database: TestDatabase
let sql: Sql
let sessions: Sessions
let id: PartitionId

beforeAll(async () => {
  database = await freshDatabase()
  sql = openSql(database.url, 2)
  sessions = makeSessions({ databaseUrl: database.url }, 1, () => {})
})
afterAll(async () => {
  sessions.close()
  await sql.end()
  await database.drop()
})
beforeEach(() => {
  id = { topic: 'events.raw', topicId: crypto.randomUUID(), partition: 0 }
})

const aLog = (values: readonly Buffer[]): IncomingRecord[] =>
  values.map((value, offset) => ({
    offset: BigInt(offset),
    key: null,
    value,
    headers: {},
    timestampMs: Date.now(),
  }))

/** A partition whose log is given; it is taken away once everything was read. */
function partitionOf(log: readonly IncomingRecord[], beforeRead: (read: number) => unknown) {
  const stop = new AbortController()
  let next = 0
  let reads = 0
  const committed: bigint[] = []
  const partition: AssignedPartition = {
    id,
    signal: stop.signal,
    bounds: async () => ({ start: 0n, end: BigInt(log.length), committed: committed.at(-1) }),
    glance: () => ({ logEnd: BigInt(log.length), oldest: log[next] }),
    readFrom: (offset) => {
      next = Number(offset)
    },
    async read() {
      await beforeRead(++reads)
      if (next >= log.length) stop.abort()
      const records = log.slice(next, next + 3)
      next += records.length
      return stop.signal.aborted ? [] : records
    },
    commit: async (offset) => void committed.push(offset),
  }
  return partition
}

const deps = (store: Store = makeStore(sessions, () => {})): PipelineDeps => ({
  sessions,
  store,
  turns: makeTurns(1),
  publisher: {
    async publish({ topicId }) {
      const published = await sql`
        update dead_letters set published_at = now()
         where topic_id = ${topicId} and published_at is null`
      return published.count
    },
    async close() {},
  },
  observer: { works: () => () => {}, waits() {}, failed() {}, stored() {} },
  log: { debug() {}, info() {}, warn() {}, error() {} },
  now: Date.now,
})
const config = { batchRecords: 3, batchBytes: 1_000_000, ledgerDays: 90 }
const counts = async () =>
  (await sql`select * from pipeline_offsets where topic_id = ${id.topicId}`)[0]

test('a Postgres that went back, by a restore or a failover, gets what it lost again', async () => {
  const log = aLog(Array.from({ length: 9 }, () => aRecordValue()))
  const goBack = async (read: number) => {
    if (read !== 3) return
    await sql`delete from events where topic_id = ${id.topicId} and "offset" >= 3`
    await sql`delete from event_keys where topic_id = ${id.topicId} and "offset" >= 3`
    await sql`update pipeline_offsets set counted_to = 3, stored = 3 where topic_id = ${id.topicId}`
  }
  await runPartition(partitionOf(log, goBack), deps(), config)
  expect(await counts()).toMatchObject({ counted_to: '9', stored: '9', skipped: '0' })
  const [events] = await sql`select count(*)::int from events where topic_id = ${id.topicId}`
  expect(events?.count).toBe(9)
})

test('a count whose row is gone is begun again, and nothing is stored twice', async () => {
  const log = aLog(Array.from({ length: 6 }, () => aRecordValue()))
  const lose = async (read: number) => {
    if (read === 2) await sql`delete from pipeline_offsets where topic_id = ${id.topicId}`
  }
  await runPartition(partitionOf(log, lose), deps(), config)
  const [events] = await sql`select count(*)::int from events where topic_id = ${id.topicId}`
  expect(events?.count).toBe(6)
  expect(await counts()).toMatchObject({ counted_to: '6', stored: '3', duplicate: '3' })
})

test('a log that holds repeats can be counted anew, time after time', async () => {
  const repeated = aRecordValue()
  const log = aLog([repeated, repeated, aRecordValue()])
  for (const stored of ['2', '0', '0']) {
    await sql`delete from pipeline_offsets where topic_id = ${id.topicId}`
    await runPartition(
      partitionOf(log, () => {}),
      deps(),
      config,
    )
    expect(await counts()).toMatchObject({ counted_to: '3', stored, dead: '0' })
  }
  const [events] = await sql`select count(*)::int from events where topic_id = ${id.topicId}`
  expect(events?.count).toBe(2)
})

test('a partition that is taken away while it waits for its turn stores nothing', async () => {
  const log = aLog([aRecordValue()])
  const stop = new AbortController()
  const partition = { ...partitionOf(log, () => {}), signal: stop.signal }
  const turns: PipelineDeps['turns'] = {
    run(work) {
      stop.abort()
      return work()
    },
  }
  await runPartition(partition, { ...deps(), turns }, config)
  expect(await counts()).toMatchObject({ counted_to: '0' })
})

test('counted beyond the end of the log it stops and says so; counted anew, what came since is stored', async () => {
  const before = aLog(Array.from({ length: 3 }, () => aRecordValue()))
  await runPartition(
    partitionOf(before, () => {}),
    deps(),
    config,
  )
  await sql`update pipeline_offsets set counted_to = 99, stored = 99 where topic_id = ${id.topicId}`
  const said: (string | undefined)[] = []
  const observer = {
    ...deps().observer,
    waits(_: number, reason: string | undefined) {
      // What an operator does, once: a count that has begun anew stays.
      if (said.push(reason) === 1)
        void sql`delete from pipeline_offsets where topic_id = ${id.topicId}`.execute()
    },
  }
  const log = [
    ...before.slice(0, 2),
    ...aLog(Array.from({ length: 5 }, () => aRecordValue())).slice(2),
  ]
  await runPartition(
    partitionOf(log, () => {}),
    { ...deps(), observer },
    config,
  )
  expect(said[0]).toStartWith('position: counted to 99, but the log ends at 5')
  expect(await counts()).toMatchObject({ counted_to: '5', stored: '3', duplicate: '2' })
})

test('a commit whose answer was lost still gets its dead letter published', async () => {
  const real = makeStore(sessions, () => {})
  let lost = false
  const store: Store = {
    async write(batch) {
      const done = await real.write(batch)
      if (lost) return done
      lost = true
      throw new Error('the connection was lost after the commit')
    },
  }
  const bad = aRecordValue({ event: without(anEvent(), 'event_type') })
  await runPartition(
    partitionOf(aLog([bad, aRecordValue()]), () => {}),
    deps(store),
    config,
  )
  const letters = await sql`select published_at from dead_letters where topic_id = ${id.topicId}`
  expect(letters.map((letter) => letter.published_at)).toEqual([expect.any(Date)])
  expect(await counts()).toMatchObject({ counted_to: '2', stored: '1', dead: '1' })
})

test('a day whose partition is missing is made when its record comes', async () => {
  const today = `_${new Date().toISOString().slice(0, 10).replaceAll('-', '')}`
  const log = aLog(Array.from({ length: 6 }, () => aRecordValue()))
  const drop = async (read: number) => {
    if (read !== 2) return
    for (const table of ['events', 'event_requests'])
      await sql.unsafe(`drop table ${table}${today}`)
  }
  await runPartition(partitionOf(log, drop), deps(), config)
  expect(await counts()).toMatchObject({ counted_to: '6', stored: '6' })
  // The first three went with their day.
  const [events] =
    await sql`select count(*)::int from events where topic_id = ${id.topicId} and "offset" >= 3`
  expect(events?.count).toBe(3)
})

test('a record of the year 2199 is a dead letter, makes no day, and its neighbours are stored', async () => {
  const receivedAt = '2199-01-01T00:00:00.000Z'
  const log = aLog([aRecordValue(), aRecordValue({ receivedAt }), aRecordValue()])
  await runPartition(
    partitionOf(log, () => {}),
    deps(),
    config,
  )
  expect(await counts()).toMatchObject({ counted_to: '3', stored: '2', dead: '1' })
  const letters = await sql`select code from dead_letters where topic_id = ${id.topicId}`
  expect(letters).toEqual([{ code: 'RECEIVED_AT_OUT_OF_RANGE' }] as never)
  const days = await sql<{ name: string }[]>`
    select inhrelid::regclass::text as name from pg_inherits where inhparent = 'events'::regclass`
  expect(days.filter(({ name }) => name.startsWith('events_2199'))).toEqual([])
})
