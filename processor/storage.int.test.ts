import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import type { Log } from '../contracts/log.ts'
import { aRecordValue } from '../infra/harness/builders.ts'
import { freshDatabase, type TestDatabase } from '../infra/harness/database.ts'
import { lockIsAwaited } from '../infra/harness/locks.ts'
import { until } from '../infra/harness/until.ts'
import { openSql, type Sql } from '../infra/sql.ts'
import { decode } from './decode.ts'
import { beginCounting, type PartitionId } from './position.ts'
import { makeSessions, type Sessions } from './sessions.ts'
import { type StorageObserver, storageRound } from './storage.ts'
import { makeStore } from './store.ts'

const config = { retentionDays: 30, ledgerDays: 40 }
let database: TestDatabase
let sql: Sql
let sessions: Sessions

beforeAll(async () => {
  database = await freshDatabase()
  sql = openSql(database.url, 4)
  sessions = makeSessions({ databaseUrl: database.url }, 4, () => {})
})
afterAll(async () => {
  sessions.close()
  await sql.end()
  await database.drop()
})

/** What a round did, as it tells its metrics. */
type Did = { done: string[]; failed: string[]; dropped: string[]; trimmed: Map<string, number> }
function anObserver(): Did & { observer: StorageObserver } {
  const did: Did = { done: [], failed: [], dropped: [], trimmed: new Map() }
  const observer: StorageObserver = {
    done: (job) => void did.done.push(job),
    failed: (job) => void did.failed.push(job),
    dropped: (table) => void did.dropped.push(table),
    trimmed: (table, rows) => void did.trimmed.set(table, (did.trimmed.get(table) ?? 0) + rows),
  }
  return { ...did, observer }
}
const silent: Log = { debug() {}, info() {}, warn() {}, error() {} }
/** SQLSTATE lock_not_available. */
const lockNotAvailable = '55P03'
const allJobs = ['days_ahead', 'drop_days', 'trim_ledger', 'trim_counts', 'trim_event_batches']

async function round(log: Log = silent): Promise<Did> {
  const { observer, ...did } = anObserver()
  await storageRound({ sessions, observer, log }, config, new AbortController().signal)
  return did
}

const day = (offset: number) => {
  const date = new Date(Date.now() + offset * 86_400_000)
  return date.toISOString().slice(0, 10)
}
const partitionOf = (table: string, offset: number) => `${table}_${day(offset).replaceAll('-', '')}`
const partitions = async (table: string) => {
  const rows = await sql<{ name: string }[]>`
    select inhrelid::regclass::text as name from pg_inherits
     where inhparent = ${table}::regclass order by 1`
  return rows.map(({ name }) => name)
}
const makeDay = (offset: number) => sql`select ensure_day(${day(offset)}::date)`

async function aWriter() {
  const id: PartitionId = { topic: 'events.raw', topicId: crypto.randomUUID(), partition: 0 }
  await sessions.run('position', (sql) => beginCounting(sql, id, 0n))
  const store = makeStore(sessions, () => {})
  let end = 0
  return async (count: number) => {
    const from = end
    const records = Array.from({ length: count }, () =>
      decode(
        { offset: BigInt(end++), key: null, value: aRecordValue(), headers: {}, timestampMs: 0 },
        id,
        { nowMs: Date.now(), ledgerDays: 90 },
      ),
    )
    return await store.write({ id, from: BigInt(from), until: BigInt(end), records })
  }
}

describe('days', () => {
  test('are made ahead: today and three more', async () => {
    expect(await round()).toMatchObject({ done: allJobs, failed: [] })
    for (const table of ['events', 'event_requests'])
      expect(await partitions(table)).toEqual([0, 1, 2, 3].map((each) => partitionOf(table, each)))
  })

  test('past their retention are dropped, and no younger one', async () => {
    for (const offset of [-400, -35, -31, -30, -1]) await makeDay(offset)
    const did = await round()
    expect(did.dropped.toSorted()).toEqual([
      ...Array(3).fill('event_requests'),
      ...Array(3).fill('events'),
    ])
    for (const table of ['events', 'event_requests'])
      expect(await partitions(table)).toEqual(
        [-30, -1, 0, 1, 2, 3].map((each) => partitionOf(table, each)),
      )
    // From midnight on the oldest is past its retention too: other tests do not meet it.
    for (const table of ['events', 'event_requests'])
      await sql.unsafe(`drop table ${(await partitions(table))[0]}`)
  })

  test('are dropped once by several processors at once, while events are stored', async () => {
    for (let offset = -60; offset < -40; offset++) await makeDay(offset)
    const areThere = async () => {
      const all = await Promise.all([partitions('events'), partitions('event_requests')])
      return all.flat().some((name) => name.slice(-8) < day(-30).replaceAll('-', ''))
    }
    const refused: unknown[] = []
    const warn = ({ err }: { err?: { code?: unknown } }) => void refused.push(err?.code)
    // What waited for the writers too often in one round is dropped in the next.
    const untilDropped = async () => {
      const all: Did[] = []
      while (await areThere()) all.push(await round({ ...silent, warn }))
      return all
    }
    const [first, second] = await Promise.all([aWriter(), aWriter()])
    let rounds: Promise<Did[]> | undefined
    let storing = true
    const write = async (writer: typeof first) => {
      let stored = 0
      while (storing) {
        rounds ??= Promise.all([untilDropped(), untilDropped(), untilDropped()])
          .then((each) => each.flat())
          .finally(() => {
            storing = false
          })
        stored += (await writer(200)).counts.stored
      }
      return stored
    }
    const stored = await Promise.all([write(first), write(second)])
    const all = (await rounds) ?? []
    expect(refused.filter((code) => code !== lockNotAvailable)).toEqual([])
    expect(all.flatMap(({ dropped }) => dropped)).toHaveLength(40)
    const [events] = await sql<{ count: number }[]>`select count(*)::int as count from events`
    expect(events?.count).toBe(stored.reduce((sum, each) => sum + each, 0))
  })

  test('that somebody reads are waited for, and the store waits for neither', async () => {
    await makeDay(-50)
    const write = await aWriter()
    const times: number[] = []
    let reading = true
    const writing = async () => {
      while (reading) {
        const began = performance.now()
        await write(10)
        times.push(performance.now() - began)
      }
    }
    const { dropping, written } = await sql.begin(async (reader) => {
      await reader`lock table events in access share mode`
      const dropping = round()
      const written = writing()
      await lockIsAwaited(sql, 'events')
      const before = times.length
      await until('the store goes on', () => times.length > before + 50)
      return { dropping, written }
    })
    reading = false
    await written
    expect((await dropping).dropped.toSorted()).toEqual(['event_requests', 'events'])
    expect(Math.max(...times)).toBeLessThan(2000)
  })
})

describe('the ledger', () => {
  const addKeys = (count: number, ageDays: number) => sql`
    insert into event_keys (tenant_id, idempotency_key, fingerprint, outcome, topic_id, partition, "offset", received_at)
    select 'tenant_a', gen_random_uuid()::text, 'f', 'stored', gen_random_uuid(), 0, n,
           now() - ${ageDays}::float8 * interval '24 hours' + n * interval '1 microsecond'
      from generate_series(1, ${count}) n`
  const keys = async () => {
    const [row] = await sql<{ count: number }[]>`select count(*)::int as count from event_keys`
    return row?.count
  }
  beforeEach(async () => void (await sql`truncate event_keys`))

  test('forgets keys a day after LEDGER_DAYS', async () => {
    await addKeys(12_000, 41.01)
    await addKeys(3000, 40.99)
    await addKeys(10, 0)
    const did = await round()
    expect(did.trimmed.get('event_keys')).toBe(12_000)
    expect(await keys()).toBe(3010)
  })

  test('is trimmed through its index, also when it is nearly empty', async () => {
    await addKeys(10, 50)
    const [before, after] = await sql.begin(async (trimmer) => {
      const scans = async () => {
        const [row] = await trimmer<{ index: number; table: number }[]>`
          select pg_stat_get_xact_numscans('event_keys_by_age'::regclass)::int as index,
                 pg_stat_get_xact_numscans('event_keys'::regclass)::int as table`
        return row ?? { index: 0, table: 0 }
      }
      const before = await scans()
      await trimmer`select trim_event_keys(41, '-infinity', 10)`
      return [before, await scans()] as const
    })
    expect(after.index).toBeGreaterThan(before.index)
    expect(after.table).toBe(before.table)
  })

  test('is trimmed by several processors at once, each key once', async () => {
    await addKeys(30_000, 50)
    const all = await Promise.all([round(), round(), round()])
    expect(all.flatMap(({ failed }) => failed)).toEqual([])
    const trimmed = all.map(({ trimmed }) => trimmed.get('event_keys') ?? 0)
    expect(trimmed.reduce((sum, each) => sum + each, 0)).toBe(30_000)
    expect(await keys()).toBe(0)
  })

  test('that is trimmed while a key comes again decides that key once', async () => {
    const key = { tenantId: 'tenant_a', idempotencyKey: 'comes-again' }
    await sql`
      insert into event_keys (tenant_id, idempotency_key, fingerprint, outcome, topic_id, partition, "offset", received_at)
      values (${key.tenantId}, ${key.idempotencyKey}, 'f', 'stored', gen_random_uuid(), 0, 0, now() - interval '60 days')`
    const id: PartitionId = { topic: 'events.raw', topicId: crypto.randomUUID(), partition: 0 }
    await sessions.run('position', (sql) => beginCounting(sql, id, 0n))
    const record = decode(
      { offset: 0n, key: null, value: aRecordValue(key), headers: {}, timestampMs: 0 },
      id,
      { nowMs: Date.now(), ledgerDays: 90 },
    )
    let writing: Promise<unknown> | undefined
    await sql.begin(async (trimmer) => {
      await trimmer`select trim_event_keys(41, '-infinity', 10)`
      writing = makeStore(sessions, () => {}).write({ id, from: 0n, until: 1n, records: [record] })
      await lockIsAwaited(sql)
    })
    expect(await writing).toMatchObject({ counts: { stored: 1 } })
    expect(await keys()).toBe(1)
  })
})

test('counts by the minute go when their events do', async () => {
  await sql`truncate event_counts`
  await sql`
    insert into event_counts (minute, tenant_id, event_type, partition, stored)
    select date_trunc('minute', now()) - n * interval '1 hour', 'tenant_a', 't', 0, 1 from generate_series(0, 1000) n`
  const did = await round()
  const [rest] = await sql<{ count: number }[]>`select count(*)::int as count from event_counts`
  expect(rest?.count).toBe(30 * 24)
  expect(did.trimmed.get('event_counts')).toBe(1001 - 720)
})

test.each([
  ['a day that is not over', "drop_oldest_day('events', 0)"],
  ['another table', "drop_oldest_day('event_keys', 90)"],
  ['keys younger than Kafka’s records', "trim_event_keys(30, '-infinity', 10)"],
  ['counts of today', "trim_event_counts(0, '-infinity', 10)"],
])('Postgres itself refuses to drop %s', async (_, call) => {
  await expect(sql.unsafe(`select ${call}`).execute()).rejects.toMatchObject({ code: '22023' })
})

test('a job that fails stops no other', async () => {
  const view = `create view of_a_day as select * from ${partitionOf('events', -45)}`
  await makeDay(-45)
  await sql.unsafe(view)
  const did = await round()
  await sql`drop view of_a_day`
  expect(did).toMatchObject({
    done: ['days_ahead', 'trim_ledger', 'trim_counts', 'trim_event_batches'],
    failed: ['drop_days'],
  })
})

test('batches of events go once every projection has passed them, and not before', async () => {
  const aPartition = async (...batches: number[]) => {
    const id = { topic: 'events.raw', topicId: crypto.randomUUID(), partition: 0 }
    await sessions.run('position', (sql) => beginCounting(sql, id, 0n))
    for (const offset of batches)
      await sql`
        insert into event_batches (topic_id, partition, first_offset, last_offset, events, bytes, received)
        values (${id.topicId}, 0, ${offset}, ${offset}, 1, 1, '{}')`
    return id
  }
  const batchesOf = async ({ topicId }: PartitionId) => {
    const rows =
      await sql`select last_offset from event_batches where topic_id = ${topicId} order by 1`
    return rows.map(({ last_offset }) => Number(last_offset))
  }
  const [id, other] = [await aPartition(0, 1, 2), await aPartition(0)]
  await sql`insert into projection_states (name, history) values ('fast', 0), ('slow', 0)`
  await sql`
    insert into projection_positions (projection, topic_id, partition, began_at, projected_to)
    values ('fast', ${id.topicId}, 0, 0, 3), ('slow', ${id.topicId}, 0, 0, 2),
           ('fast', ${other.topicId}, 0, 0, 1)`
  await round()
  expect(await batchesOf(id)).toEqual([2])
  expect(await batchesOf(other)).toEqual([0]) // the slow one has not even begun with it
  await sql`delete from projection_states where name = 'slow'`
  await round()
  expect([await batchesOf(id), await batchesOf(other)]).toEqual([[], []])
  await sql`delete from projection_states`
})

test('batches of days that were dropped hold nothing back, and projections say what they miss', async () => {
  await round()
  const id = { topic: 'events.raw', topicId: crypto.randomUUID(), partition: 0 }
  await sessions.run('position', (sql) => beginCounting(sql, id, 0n))
  const receivedDaysAgo = [40, 40, 35, 1]
  for (const [offset, days] of receivedDaysAgo.entries())
    await sql`
      insert into event_batches (topic_id, partition, first_offset, last_offset, events, bytes, types, received)
      select ${id.topicId}, 0, ${offset}, ${offset}, 100, 1, array['a'],
             tstzmultirange(tstzrange(at, at, '[]'))
        from (select now() - ${days}::integer * interval '1 day' as at) of_batch`
  await sql`
    insert into projection_states (name, history, types)
    values ('paused', 0, null), ('fast', 0, null), ('of_others', 0, array['b'])`
  await sql`
    insert into projection_positions (projection, topic_id, partition, began_at, projected_to)
    values ('paused', ${id.topicId}, 0, 0, 1), ('fast', ${id.topicId}, 0, 0, 4)`
  await round()
  const left = await sql`
    select last_offset::int as at from event_batches where topic_id = ${id.topicId}`
  expect(left.map(({ at }) => at)).toEqual([3])
  const states = await sql`
    select name, missed::int, projected_to::int as at
      from projection_states join projection_positions on projection = name
     where topic_id = ${id.topicId} order by 1`
  expect([...states]).toEqual([
    { name: 'fast', missed: 0, at: 4 },
    { name: 'of_others', missed: 0, at: 3 },
    { name: 'paused', missed: 200, at: 3 },
  ])
  await sql`delete from projection_states`
})

test('a rebuild that was killed holds nothing back after an hour', async () => {
  await sql`
    insert into projection_states (name, history, moved_at)
    values ('a~rebuild', 0, now() - interval '61 minutes'), ('b~rebuild', 0, now() - interval '59 minutes'),
           ('c', 0, now() - interval '61 minutes')`
  await round()
  const rows = await sql`select name from projection_states order by 1`
  expect(rows.map(({ name }) => name)).toEqual(['b~rebuild', 'c'])
  await sql`delete from projection_states`
})
