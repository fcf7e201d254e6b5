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
import { makeNudge } from './nudge.ts'
import { projectionStates } from './progress.ts'
import { liveInstance, stepOnce } from './step.ts'

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
const nobody: ProjectionObserver = { moved() {}, failed() {} }

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
    for (const { stored } of processors) stored.give()
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
    await log.put(
      id,
      Array.from({ length: 5 }, () => ({ tenantId, event: aCommerceEvent('InventoryAdjusted') })),
    )
    await log.sql.begin(async (tx) => {
      await tx`lock table projections.inventory in access exclusive mode`
      processor.stored.give()
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
