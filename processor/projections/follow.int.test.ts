/** Projections that follow a real Postgres by themselves: what one that fails does, and what it does not. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test'
import { until } from '../../infra/harness/until.ts'
import type { PartitionId } from '../position.ts'
import { makeSessions } from '../sessions.ts'
import { aCommerceEvent } from './builders.ts'
import type { Projection } from './declare.ts'
import { declaredProjections } from './declared.ts'
import { followEvents, type ProjectionObserver } from './follow.ts'
import { openStoredLog, type StoredLog } from './harness/stored-log.ts'
import { liveInstance } from './instance.ts'
import { makeNudge } from './nudge.ts'
import { projectionStates } from './progress.ts'
import { stepOnce } from './step.ts'

let log: StoredLog
let id: PartitionId
let users: Projection
let inventory: Projection

beforeAll(async () => {
  log = await openStoredLog()
  const all = await declaredProjections()
  const named = (name: string) => {
    const found = all.find((each) => each.name === name)
    if (found === undefined) throw new Error(`${name} is not declared`)
    return found
  }
  ;[users, inventory] = [named('users'), named('inventory')]
})
afterAll(() => log.close())
beforeEach(async () => {
  const [partition] = await log.partitions(1)
  if (partition) id = partition
})

const silent = { debug() {}, info() {}, warn() {}, error() {} }
const nobody: ProjectionObserver = { moved() {}, failed() {}, waits() {} }

/** A processor's projections, until it is stopped. */
function start(projections: readonly Projection[], observer = nobody) {
  const stop = new AbortController()
  const sessions = makeSessions({ databaseUrl: log.databaseUrl }, 2, () => {})
  const stored = makeNudge()
  const running = followEvents(
    projections,
    { sessions, stored, observer, log: silent },
    stop.signal,
  )
  return {
    stored,
    async stop() {
      stop.abort()
      await running
      sessions.close()
    },
  }
}

const state = async (name: string) =>
  (await log.sessions.run('measure', projectionStates)).find((each) => each.name === name)

const stockOf = async (tenantId: string) =>
  (await log.sql`select quantity::int from projections.inventory where tenant_id = ${tenantId}`)[0]
    ?.quantity

test('a projection whose statement fails pauses with its error, and the others go on', async () => {
  const tenantId = `t-${crypto.randomUUID()}`
  const broken: Projection = {
    ...users,
    apply: ['insert into users (nonsense) select 1 from batch'],
  }
  const processor = start([broken, inventory])
  await log.put(id, [
    { tenantId, event: aCommerceEvent('UserCreated') },
    { tenantId, event: aCommerceEvent('InventoryAdjusted') },
  ])
  await until('the broken one is paused', async () => (await state('users'))?.pausedWhy)
  await until('stock is there', () => stockOf(tenantId))
  expect((await state('users'))?.pausedWhy).toBe(
    'column "nonsense" of relation "users" does not exist',
  )
  expect((await state('users'))?.behind).toBe(2)
  expect((await state('inventory'))?.behind).toBe(0)
  await processor.stop()

  const repaired = start([users, inventory])
  await until('it is not paused any more', async () => (await state('users'))?.pausedWhy === null)
  await until('it has caught up', async () => (await state('users'))?.behind === 0)
  await repaired.stop()
  expect(await log.sql`select from projections.users where tenant_id = ${tenantId}`).toHaveLength(1)
})

test('a rule that throws pauses its projection with what it threw', async () => {
  const throwing = (): never => {
    throw new TypeError('no such property')
  }
  const events = { UserCreated: { userId: { type: { allows: throwing }, words: 'anything' } } }
  const processor = start([{ ...users, events }])
  await log.put(id, [{ event: aCommerceEvent('UserCreated') }])
  const why = await until('it is paused', async () => (await state('users'))?.pausedWhy)
  expect(why).toBe(`a rule fails for UserCreated at ${id.topicId}/0/0: no such property`)
  await processor.stop()
  await log.follow(users)
})

test('what Postgres refuses for long is told, until it is granted', async () => {
  const told: (string | undefined)[] = []
  const waits = (_: string, reason: string | undefined) => void told.push(reason)
  await log.sql`alter table projection_states rename to away`
  const processor = start([users], { ...nobody, waits })
  await until('it is told', () => told.length > 0)
  await log.sql`alter table away rename to projection_states`
  await until('it goes on', () => told.at(-1) === undefined)
  await processor.stop()
  expect(told[0]).toBe('relation "projection_states" does not exist')
})

test('a table that somebody holds is waited for, and nobody is paused for it', async () => {
  const tenantId = `t-${crypto.randomUUID()}`
  const faults: string[] = []
  const failed = (_: string, fault: string) => void faults.push(fault)
  const processor = start([inventory], { ...nobody, failed })
  await log.sql.begin(async (tx) => {
    await tx`lock table projections.inventory in access exclusive mode`
    await log.put(id, [{ tenantId, event: aCommerceEvent('InventoryAdjusted') }])
    await until('it gives up for now', () => faults.length > 0)
  })
  await until('it is applied', () => stockOf(tenantId))
  await processor.stop()
  expect(new Set(faults)).toEqual(new Set(['world']))
})

test('a projection none of whose types is stored notes how far it is once a second', async () => {
  let moves = 0
  const moved = (name: string) => void (name === 'users' && moves++)
  const processor = start([users, inventory], { ...nobody, moved })
  await until('it has caught up', async () => (await state('users'))?.behind === 0)
  moves = 0
  const began = performance.now()
  for (let flush = 0; flush < 20; flush++) {
    await log.put(id, [{ event: aCommerceEvent('InventoryAdjusted') }])
    processor.stored.give(['InventoryAdjusted'])
    await until('stock follows', async () => (await state('inventory'))?.behind === 0)
  }
  const seconds = (performance.now() - began) / 1000
  await until('it has passed them all', async () => (await state('users'))?.behind === 0)
  await processor.stop()
  expect(moves).toBeGreaterThan(0)
  expect(moves).toBeLessThanOrEqual(Math.ceil(seconds) + 2)
})

test('the event types that are followed are known, of one that began before they were too', async () => {
  await log.sql`update projection_states set types = null where name = 'users'`
  const processor = start([users])
  const types = Object.keys(users.events)
  await until('they are known', async () => {
    const rows = await log.sql`
      select from projection_states
       where name = 'users' and types @> array(select json_array_elements_text(${JSON.stringify(types)}::text::json))`
    return rows.length === 1
  }).finally(() => processor.stop())
})

test('several processors apply each event once', async () => {
  const tenantId = `t-${crypto.randomUUID()}`
  const processors = Array.from({ length: 4 }, () => start([inventory]))
  for (let flush = 0; flush < 30; flush++) {
    await log.put(
      id,
      Array.from({ length: 10 }, () => ({ tenantId, event: aCommerceEvent('InventoryAdjusted') })),
    )
    for (const { stored } of processors) stored.give(['InventoryAdjusted'])
  }
  await until('they have caught up', async () => (await state('inventory'))?.behind === 0)
  await Promise.all(processors.map((each) => each.stop()))
  expect(await stockOf(tenantId)).toBe(3000)
})

test('a connection that is lost in the middle of a step costs nothing and repeats nothing', async () => {
  const tenantId = `t-${crypto.randomUUID()}`
  const faults: string[] = []
  const failed = (_: string, fault: string) => void faults.push(fault)
  const processor = start([inventory], { ...nobody, failed })
  for (let round = 1; round <= 5; round++) {
    await log.sql.begin(async (tx) => {
      // Before there is anything to apply, or it might be applied before it can be made to wait.
      await tx`lock table projections.inventory in access exclusive mode`
      await log.put(
        id,
        Array.from({ length: 5 }, () => ({
          tenantId,
          event: aCommerceEvent('InventoryAdjusted'),
        })),
      )
      processor.stored.give(['InventoryAdjusted'])
      const waiting = await until('it waits for its table', async () => {
        const rows = await log.sql`
          select pid from pg_stat_activity
           where datname = current_database() and wait_event_type = 'Lock'
             and query like '%apply_batch%'`
        return rows[0]
      })
      await log.sql`select pg_terminate_backend(${waiting.pid})`
      await until('it has noticed', () => faults.length === round)
    })
  }
  await until('it has caught up', async () => (await state('inventory'))?.behind === 0)
  await processor.stop()
  expect(faults).toEqual(Array(5).fill('world'))
  expect(await stockOf(tenantId)).toBe(250)
  expect((await state('inventory'))?.pausedWhy).toBeNull()
})

test('what was stored before it began is read as history, and nothing of it twice', async () => {
  const tenantId = `t-${crypto.randomUUID()}`
  const event = () => ({ tenantId, event: aCommerceEvent('InventoryAdjusted') })
  await log.put(id, Array.from({ length: 4500 }, event))
  await log.sql`delete from projection_states where name = 'inventory'`
  await log.sql`truncate projections.inventory`
  const [first] = await log.follow(inventory, 1)
  expect(first).toMatchObject({ is: 'moved', phase: 'history' })
  // What is stored meanwhile lies on pages that are still to come, and is followed later.
  await log.put(id, Array.from({ length: 100 }, event))
  await log.follow(inventory)
  expect(await stockOf(tenantId)).toBe(46_000)
  expect(await state('inventory')).toMatchObject({ phase: 'following', behind: 0, unfit: 0 })
})

test('history of large events is read in small steps', async () => {
  const tenantId = `t-${crypto.randomUUID()}`
  const note = () => crypto.getRandomValues(Buffer.alloc(150_000)).toString('base64')
  const large = (at: number) => ({
    tenantId,
    event: aCommerceEvent('UserCreated', { userId: `user_${at}`, note: note() }),
  })
  await log.put(
    id,
    Array.from({ length: 60 }, (_, at) => large(at)),
  )
  await log.sql`delete from projection_states where name = 'users'`
  await log.sql`truncate projections.users`
  const steps = await log.follow(users)
  const applied = steps.flatMap((step) => (step.is === 'moved' ? [step.applied] : []))
  expect(applied.reduce((sum, each) => sum + each, 0)).toBeGreaterThanOrEqual(60)
  expect(applied.filter((each) => each > 0).length).toBeGreaterThan(2)
  const rows = await log.sql`select from projections.users where tenant_id = ${tenantId}`
  expect(rows).toHaveLength(60)
})

test('offsets that are used again, because Kafka was set back, are followed again', async () => {
  const tenantId = `t-${crypto.randomUUID()}`
  const event = () => ({ tenantId, event: aCommerceEvent('InventoryAdjusted') })
  await log.put(id, [event(), event(), event()])
  const forget = () => log.sql`delete from pipeline_offsets where topic_id = ${id.topicId}`
  await expect(forget().execute()).rejects.toThrow('have not caught up with partition 0')
  await log.follow(users)
  await log.follow(inventory)
  await forget()
  await log.countAnew(id)
  await log.put(id, [event(), event()])
  await log.follow(inventory)
  expect(await stockOf(tenantId)).toBe(50)
})

test('what was stored before Kafka was set back is history of a projection that begins later', async () => {
  const tenantId = `t-${crypto.randomUUID()}`
  const received = new Date().toISOString()
  const event = () => ({
    tenantId,
    receivedAt: received,
    event: aCommerceEvent('InventoryAdjusted'),
  })
  await log.put(id, Array.from({ length: 5 }, event))
  await log.follow(users)
  await log.follow(inventory)
  await log.sql`delete from pipeline_offsets where topic_id = ${id.topicId}`
  await log.countAnew(id)
  await log.put(id, [event()])
  await log.sql`delete from projection_states where name = 'inventory'`
  await log.sql`truncate projections.inventory`
  const [first] = await log.follow(inventory, 1)
  expect(first).toMatchObject({ phase: 'history' })
  // At offsets, and at an instant, that events of history have too.
  await log.put(id, [event(), event()])
  await log.follow(inventory)
  expect(await stockOf(tenantId)).toBe(80)
})

test('a projection whose row is deleted begins anew, but not on tables that are filled', async () => {
  const tenantId = `t-${crypto.randomUUID()}`
  await log.put(id, [{ tenantId, event: aCommerceEvent('InventoryAdjusted') }])
  const running = start([inventory])
  await until('stock is there', () => stockOf(tenantId))
  await log.sql`delete from projection_states where name = 'inventory'`
  const why = await until('it is paused', async () => (await state('inventory'))?.pausedWhy)
  expect(why).toBe(
    'projections.inventory is not empty, though no event was applied to it: truncate the tables, or rebuild it',
  )
  await running.stop()
  let looked = false
  const failed = () => {
    looked = true
  }
  const another = start([inventory], { ...nobody, failed })
  await until('it has looked', () => looked)
  await another.stop()
  expect(await stockOf(tenantId)).toBe(10)

  await log.sql`truncate projections.inventory`
  const emptied = start([inventory])
  await until('it has caught up', async () => (await state('inventory'))?.behind === 0)
  await emptied.stop()
  expect(await stockOf(tenantId)).toBe(10)
  expect(await state('inventory')).toMatchObject({ pausedWhy: null, missed: 0 })
})

test('a projection that stood still until days were dropped says how much it misses', async () => {
  const old = new Date(Date.now() - 40 * 86_400_000).toISOString()
  const event = () => ({ event: aCommerceEvent('InventoryAdjusted') })
  await log.follow(inventory)
  await log.follow(users)
  const before = { stock: await state('inventory'), users: await state('users') }
  await log.put(id, [
    { ...event(), receivedAt: old },
    { ...event(), receivedAt: old },
  ])
  await log.put(id, [event()])
  await log.sql`select drop_oldest_day('events', 30)`
  await log.follow(inventory)
  await log.follow(users)
  const missed = (before.stock?.missed ?? 0) + 2
  expect(await state('inventory')).toMatchObject({ missed, behind: 0 })
  // None of the types of a user was among them.
  expect((await state('users'))?.missed).toBe(before.users?.missed ?? -1)
})

test('a projection that begins when days are gone says how much of its history is', async () => {
  await log.sql`delete from projection_states where name = 'inventory'`
  await log.sql`truncate projections.inventory`
  const [row] = await log.sql`
    select (select sum(stored) from (select stored from pipeline_offsets
                                      union all select stored from forgotten_positions) s)::int
           - (select count(*) from events)::int as gone`
  await log.follow(inventory)
  expect(row?.gone).toBeGreaterThan(0)
  expect((await state('inventory'))?.missed).toBe(row?.gone)
})

test('while somebody works on a projection, others neither touch it nor wait', async () => {
  const tenantId = `t-${crypto.randomUUID()}`
  await log.put(id, [{ tenantId, event: aCommerceEvent('InventoryAdjusted') }])
  await log.sql.begin(async (tx) => {
    await tx`select from projection_states where name = 'inventory' for no key update`
    const step = await log.sessions.run('projection', (sql) =>
      stepOnce(sql, liveInstance(inventory, 'test')),
    )
    expect(step).toEqual({ is: 'elsewhere' })
  })
  await log.follow(inventory)
  expect(await stockOf(tenantId)).toBe(10)
})
