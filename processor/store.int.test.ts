import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { anEvent, aRecordValue, type RecordOptions, without } from '../infra/harness/builders.ts'
import { freshDatabase, type TestDatabase } from '../infra/harness/database.ts'
import { openSql, type Sql } from '../infra/sql.ts'
import { decode, type Judged } from './decode.ts'
import { failureOf } from './failure.ts'
import { beginCounting, countedTo, type PartitionId } from './position.ts'
import type { Counts, Outcomes } from './session.ts'
import { makeSessions, type Sessions } from './sessions.ts'
import { makeStore, type Store } from './store.ts'

let database: TestDatabase
let sql: Sql
let sessions: Sessions
let store: Store
let id: PartitionId
let bisections = 0

beforeAll(async () => {
  database = await freshDatabase()
  sql = openSql(database.url, 2)
  sessions = makeSessions({ databaseUrl: database.url }, 2, () => {})
  store = makeStore(sessions, () => bisections++)
})
afterAll(async () => {
  sessions.close()
  await sql.end()
  await database.drop()
})
beforeEach(async () => {
  id = await aPartition()
})

async function aPartition(): Promise<PartitionId> {
  const fresh = { topic: 'events.raw', topicId: crypto.randomUUID(), partition: 0 }
  await sessions.run('position', (sql) => beginCounting(sql, fresh, 0n))
  return fresh
}

const judged = (offset: number, value: Buffer | null, of = id): Judged =>
  decode({ offset: BigInt(offset), key: null, value, headers: {}, timestampMs: Date.now() }, of, {
    nowMs: Date.now(),
    ledgerDays: 90,
  })
const records = (...all: (RecordOptions | Buffer)[]): Judged[] =>
  all.map((each, i) => judged(i, Buffer.isBuffer(each) ? each : aRecordValue(each)))
const writeBatch = (all: readonly Judged[], from = 0, of = id): Promise<Outcomes> =>
  store.write({
    id: of,
    from: BigInt(from),
    until: (all.at(-1)?.offset ?? -1n) + 1n,
    records: all,
  })
const write = async (...batch: Parameters<typeof writeBatch>): Promise<Counts> =>
  (await writeBatch(...batch)).counts
const counts = (fields: Partial<Counts>): Counts => ({
  stored: 0,
  duplicate: 0,
  dead: 0,
  skipped: 0,
  ...fields,
})
const stored = () => sql`
  select *, payload::text as payload_text, extra::text as extra_text
    from events where topic_id = ${id.topicId} order by "offset"`
const letters = () => sql`
  select * from dead_letters where topic_id = ${id.topicId} order by "offset"`

describe('a batch', () => {
  test('stores an event with everything that was sent, numbers as they were written', async () => {
    const event = `{"event_id":"e","event_type":"t","schema_version":2,
      "occurred_at":"2026-01-02T21:00:00.5+01:00","payload":{"n":12345678901234567890,"x":1e2},"more":[1]}`
    const done = await write(records({ event, idempotencyKey: 'as-sent', requestId: 'req_1' }))
    expect(done).toEqual(counts({ stored: 1 }))
    expect((await stored())[0]).toMatchObject({
      tenant_id: 'tenant_a',
      event_id: 'e',
      event_type: 't',
      schema_version: 2,
      idempotency_key: 'as-sent',
      request_id: 'req_1',
      occurred_at: new Date('2026-01-02T20:00:00.5Z'),
      payload_text: '{"n": 12345678901234567890, "x": 100}',
      extra_text: '{"more": [1]}',
      status: 'processed',
    })
  })

  test.each([
    ['tab, newline, return', 'a\tb\nc\rd'],
    ['backslashes of COPY', '\\N \\. \\t \\\\'],
    ['quotes and braces', `"'{}[],`],
    ['other planes', '🦀 \u202e right to left'],
  ])('keeps %s in payload, id and key', async (_, text) => {
    const event_id = text.replace(/[\t\n\r]/g, ' ')
    await write(records({ event: anEvent({ event_id, payload: { text } }) }))
    expect((await stored())[0]).toMatchObject({ event_id, payload: { text } })
  })

  test('dead-letters the invalid one and stores its neighbours', async () => {
    const bad = aRecordValue({ event: without(anEvent(), 'event_type') })
    expect(await write(records({}, bad, {}))).toEqual(counts({ stored: 2, dead: 1 }))
    const [letter] = await letters()
    expect(letter).toMatchObject({
      code: 'VALIDATION_FAILED',
      path: '/event_type',
      stage: 'validate',
    })
    expect(letter?.original).toEqual(bad)
  })

  test.each([
    ['nothing', null],
    ['broken JSON', Buffer.from('{"invalid": "json"')],
    ['bytes that are no text', Buffer.from([0xff, 0x00, 0xfe])],
    ['a JSON string with \\u0000', Buffer.from('"\\u0000"')],
  ])('keeps %s as the original, byte for byte', async (_, value) => {
    expect(await write([judged(0, value)])).toEqual(counts({ dead: 1 }))
    expect((await letters())[0]).toMatchObject({
      tenant_id: '',
      idempotency_key: `@${id.topicId}/0/0`,
      code: 'UNREADABLE_RECORD',
      original: value ?? Buffer.alloc(0),
    })
  })

  test('halves itself to find the one value of a thousand that Postgres refuses', async () => {
    bisections = 0
    const refused = {
      event: `{"event_id":"e","event_type":"t","schema_version":1,
      "occurred_at":"2026-01-02T20:00:00Z","payload":{"n":${'9'.repeat(140_000)}}}`,
    }
    const all = records(...Array.from({ length: 1000 }, (_, i) => (i === 637 ? refused : {})))
    expect(await write(all)).toEqual(counts({ stored: 999, dead: 1 }))
    expect((await letters()).map(({ code, offset }) => [code, offset])).toEqual([
      ['VALUE_REFUSED', '637'],
    ])
    expect(bisections).toBe(11)
    expect(await sessions.run('position', (sql) => countedTo(sql, id))).toBe(1000n)
  })

  test('of nothing but poison dead-letters every record', async () => {
    const poison = Array.from({ length: 50 }, () => Buffer.from('{'))
    expect(await write(records(...poison))).toEqual(counts({ dead: 50 }))
  })

  test('counts offsets without a record as skipped', async () => {
    const all = [judged(2, aRecordValue()), judged(5, aRecordValue())]
    expect(await write(all)).toEqual(counts({ stored: 2, skipped: 4 }))
  })
})

describe('a key', () => {
  test('is stored once: a repeat is a duplicate whose request can be looked up', async () => {
    const key = { idempotencyKey: crypto.randomUUID() }
    const all = records({ ...key, requestId: 'req_a' }, { ...key, requestId: 'req_b' })
    expect(await write(all)).toEqual(counts({ stored: 1, duplicate: 1 }))
    expect(await stored()).toMatchObject([{ request_id: 'req_a' }])
    expect(await sql`select * from event_requests where topic_id = ${id.topicId}`).toMatchObject([
      { request_id: 'req_b', verdict: 'duplicate', idempotency_key: key.idempotencyKey },
    ])
  })

  test('with another event is a dead letter, and the first stays', async () => {
    const key = { idempotencyKey: crypto.randomUUID() }
    const other = { ...key, event: anEvent({ event_id: 'other' }) }
    expect(await write(records(key, other))).toEqual(counts({ stored: 1, dead: 1 }))
    expect(await letters()).toMatchObject([
      { code: 'KEY_REUSED', class: 'conflict', event_id: 'other' },
    ])
    expect(await stored()).toMatchObject([{ event_id: 'evt_1' }])
  })

  test('with the same other event again is still one dead letter', async () => {
    const key = { idempotencyKey: crypto.randomUUID() }
    const other = { ...key, event: anEvent({ event_id: 'other' }) }
    expect(await write(records(key, other, other))).toEqual(
      counts({ stored: 1, dead: 1, duplicate: 1 }),
    )
    const again = [judged(3, aRecordValue(other))]
    expect(await write(again, 3)).toEqual(counts({ duplicate: 1 }))
    const [letter, ...others] = await letters()
    expect(others).toEqual([])
    // A repeat says which of the two it repeats.
    const repeats = await sql`
      select fingerprint from event_requests where idempotency_key = ${key.idempotencyKey}`
    expect(repeats.map(({ fingerprint }) => fingerprint)).toEqual(
      Array.from({ length: 2 }, () => letter?.fingerprint),
    )
  })

  test('that two partitions reuse for the same other event at once is one dead letter', async () => {
    const keys = Array.from({ length: 100 }, () => ({ idempotencyKey: crypto.randomUUID() }))
    await write(records(...keys))
    const reused = keys.map((key) => ({ ...key, event: anEvent({ event_id: 'other' }) }))
    const [first, second] = [await aPartition(), await aPartition()]
    const done = await Promise.all([
      write(
        reused.map((each, i) => judged(i, aRecordValue(each), first)),
        0,
        first,
      ),
      write(
        [...reused].reverse().map((each, i) => judged(i, aRecordValue(each), second)),
        0,
        second,
      ),
    ])
    expect(done.reduce((sum, { dead }) => sum + dead, 0)).toBe(100)
    expect(done.reduce((sum, { duplicate }) => sum + duplicate, 0)).toBe(100)
  })

  test('of a dead letter that is sent again is a duplicate of that dead letter', async () => {
    const bad = { idempotencyKey: crypto.randomUUID(), event: { event_id: 'x' } }
    expect(await write(records(bad, bad))).toEqual(counts({ dead: 1, duplicate: 1 }))
    expect(await letters()).toHaveLength(1)
  })

  test('belongs to its tenant', async () => {
    const key = { idempotencyKey: crypto.randomUUID() }
    const all = records({ ...key, tenantId: 'tenant_a' }, { ...key, tenantId: 'tenant_b' })
    expect(await write(all)).toEqual(counts({ stored: 2 }))
  })

  test('that two partitions bring at once is stored once', async () => {
    const keys = Array.from({ length: 200 }, () => ({ idempotencyKey: crypto.randomUUID() }))
    const other = await aPartition()
    const forward = records(...keys)
    const backward = [...keys].reverse().map((key, i) => judged(i, aRecordValue(key), other))
    const [first, second] = await Promise.all([write(forward), write(backward, 0, other)])
    expect(first.stored + second.stored).toBe(200)
    expect(first.duplicate + second.duplicate).toBe(200)
  })
})

describe('the count', () => {
  const offsets = async () =>
    (await sql`select * from pipeline_offsets where topic_id = ${id.topicId}`)[0]

  test('moves with the rows and adds up', async () => {
    const key = { idempotencyKey: crypto.randomUUID() }
    await write(records({}, key, key, Buffer.from('{')))
    expect(await offsets()).toMatchObject({
      first_offset: '0',
      counted_to: '4',
      stored: '2',
      duplicate: '1',
      dead: '1',
      skipped: '0',
    })
    const perMinute = await sql`
      select sum(stored) as stored, sum(duplicate) as duplicate, sum(dead) as dead
        from event_counts where event_type in ('user_login', '')`
    expect(Number(perMinute[0]?.stored)).toBeGreaterThanOrEqual(2)
  })

  test('refuses a batch that was counted already, and nothing changes', async () => {
    const all = records({}, {})
    await write(all)
    const before = await offsets()
    const failure = await write(all).catch(failureOf)
    expect(failure).toBe('moved')
    expect(await offsets()).toEqual(before)
    expect(await stored()).toHaveLength(2)
  })

  test('does not move when records are read again from before it', async () => {
    const all = records({}, Buffer.from('{'), {})
    await write(all.slice(0, 2))
    expect(await write(all, 2)).toEqual(counts({ stored: 1 }))
    expect(await offsets()).toMatchObject({
      counted_to: '3',
      stored: '2',
      dead: '1',
      duplicate: '0',
    })
    expect(await stored()).toHaveLength(2)
    expect(await letters()).toHaveLength(1)
  })
})

test('batch after batch, what they lie in meanwhile is emptied, and takes no more space', async () => {
  const size = 4000
  for (let from = 0; from < 5 * size; from += size) {
    const batch = Array.from({ length: size }, (_, i) => judged(from + i, aRecordValue({})))
    expect(await writeBatch(batch, from)).toMatchObject({ counts: counts({ stored: size }) })
  }
  // Few rows, whose texts lie beside the table.
  const text = () => crypto.getRandomValues(new Uint8Array(50_000)).toBase64()
  for (let from = 5 * size; from < 5 * size + 60; from += 10) {
    const large = () => aRecordValue({ event: anEvent({ payload: { text: text() } }) })
    const batch = Array.from({ length: 10 }, (_, i) => judged(from + i, large()))
    expect(await writeBatch(batch, from)).toMatchObject({ counts: counts({ stored: 10 }) })
  }
  const [left] = await sessions.run(
    'measure',
    (sql) => sql<Record<string, number>[]>`
      select (select count(*)::int from pg_temp.staged) as staged,
             (select count(*)::int from pg_temp.settled) as settled,
             pg_table_size('pg_temp.staged')::int / 1024 as "stagedKiB",
             pg_table_size('pg_temp.settled')::int / 1024 as "settledKiB"`,
  )
  expect(left).toMatchObject({ staged: 0, settled: 0 })
  expect(left?.stagedKiB).toBeLessThanOrEqual(2048)
  expect(left?.settledKiB).toBeLessThanOrEqual(512)
}, 20_000)

test('a session that Postgres ends is replaced by a new one', async () => {
  const pids = await sessions.run('position', (sql) => sql`select pg_backend_pid() as pid`)
  await sql`select pg_terminate_backend(${pids[0]?.pid})`
  // Whoever comes before the end is known here is told of it, once.
  const asked = () => sessions.run('position', (sql) => sql`select pg_backend_pid() as pid`)
  const ended = await asked().catch(failureOf)
  if (Array.isArray(ended)) expect(ended[0]?.pid).not.toBe(pids[0]?.pid)
  else expect(ended).toBe('world')
  expect(await write(records({}))).toEqual(counts({ stored: 1 }))
})

test('Postgres itself ends a statement that takes longer than half a minute', async () => {
  const [bound] = await sessions.run('measure', (sql) => sql`show statement_timeout`)
  expect(bound).toEqual({ statement_timeout: '30s' })
})
