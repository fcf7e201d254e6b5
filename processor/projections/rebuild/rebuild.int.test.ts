import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import type { PartitionId } from '../../position.ts'
import { aCommerceEvent } from '../builders.ts'
import type { Projection } from '../declare.ts'
import { declaredProjections } from '../declared.ts'
import { openStoredLog, type StoredLog } from '../harness/stored-log.ts'
import { missingSentence } from './history.ts'
import { rebuild } from './rebuild.ts'

let log: StoredLog
let id: PartitionId
let orders: Projection
const tenantId = 'tenant_a'

beforeAll(async () => {
  const found = (await declaredProjections()).find(({ name }) => name === 'orders')
  if (found === undefined) throw new Error('orders is not declared')
  orders = found
})
beforeEach(async () => {
  log = await openStoredLog()
  const [partition] = await log.partitions(1)
  if (partition) id = partition
})
afterAll(async () => {
  await Promise.all(opened.map((each) => each.close()))
})
const opened: StoredLog[] = []
beforeEach(() => void opened.push(log))

const anOrder = (orderId: number) => ({
  tenantId,
  event: aCommerceEvent('OrderPlaced', { orderId: `order_${orderId}` }),
})
const someOrders = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => anOrder(from + i))

const contents = async () => ({
  orders: await log.sql`select * from projections.orders order by order_id`,
  items: await log.sql`select * from projections.order_items order by order_id, line`,
})
const deps = (progress = () => {}) => ({ sessions: log.sessions, progress })

describe('a rebuild', () => {
  test('makes what was spoiled right again, and the projection goes on from there', async () => {
    await log.put(id, someOrders(0, 50))
    await log.follow(orders)
    const before = await contents()
    await log.sql`update projections.orders set currency = 'XXX'`
    await log.sql`delete from projections.order_items where order_id < 'order_3'`

    expect(await rebuild(orders, deps())).toMatchObject({ is: 'rebuilt', events: 50, unfit: 0 })
    expect(await contents()).toEqual(before)
    await log.put(id, someOrders(50, 5))
    await log.follow(orders)
    expect((await contents()).orders).toHaveLength(55)
    const states =
      await log.sql`select name, array_to_string(types, ',') as types from projection_states`
    const types = Object.keys(orders.events).join()
    expect(states.map(({ name, types }) => ({ name, types }))).toEqual([{ name: 'orders', types }])
  })

  test('loses nothing of what comes while it runs', async () => {
    await log.put(id, someOrders(0, 2500))
    await log.follow(orders)
    let next = 2500
    let coming: Promise<unknown> = Promise.resolve()
    const progress = () => {
      const first = next
      next += 10
      coming = coming.then(() => log.put(id, someOrders(first, 10))).then(() => log.follow(orders))
    }
    await rebuild(orders, deps(progress))
    await coming
    await log.follow(orders)
    expect(next).toBeGreaterThan(2500)
    expect((await contents()).orders).toHaveLength(next)
    expect((await contents()).items).toHaveLength(next)
  })

  test('keeps owner and rights of the tables, and their indexes', async () => {
    const role = `reader_${crypto.randomUUID().slice(0, 8)}`
    await log.sql`create role ${log.sql(role)}`
    await log.sql`grant select on projections.orders to ${log.sql(role)}`
    const facts = () => log.sql`
      select relowner, relacl::text, (select count(*)::int from pg_index where indrelid = c.oid) as indexes
        from pg_class c where oid = 'projections.orders'::regclass`
    const before = await facts()
    await rebuild(orders, deps())
    expect(await facts()).toEqual(before)
    expect(before[0]?.indexes).toBe(2)
    await log.sql`drop owned by ${log.sql(role)}`
    await log.sql`drop role ${log.sql(role)}`
  })

  test('of a projection that fails leaves the tables as they are, and nothing of its own', async () => {
    await log.put(id, someOrders(0, 3))
    await log.follow(orders)
    const broken: Projection = { ...orders, apply: ['insert into forgotten select 1 from batch'] }
    await expect(rebuild(broken, deps())).rejects.toThrow('relation "forgotten" does not exist')
    expect((await contents()).orders).toHaveLength(3)
    const schemas =
      await log.sql`select from pg_namespace where nspname like 'projections_rebuild%'`
    expect(schemas).toHaveLength(0)
  })

  test('changes no table that the projection does not declare', async () => {
    await log.put(id, someOrders(0, 3))
    await log.follow(orders)
    const careless: Projection = { ...orders, tables: ['orders'] }
    await expect(rebuild(careless, deps())).rejects.toThrow('relation "order_items" does not exist')
  })
})

describe('a rebuild is refused', () => {
  test('when history was dropped, and says how much', async () => {
    const old = new Date(Date.now() - 40 * 86_400_000).toISOString()
    await log.put(id, [
      ...someOrders(0, 3).map((each) => ({ ...each, receivedAt: old })),
      anOrder(3),
    ])
    await log.follow(orders)
    await log.sql`select drop_oldest_day('events', 30)`
    const refused = await rebuild(orders, deps())
    expect(refused).toMatchObject({ is: 'refused' })
    expect('why' in refused && refused.why).toStartWith(
      'history was dropped: 4 events were stored, 1 are left',
    )
    expect((await contents()).orders).toHaveLength(4)
  })

  test('when it is dropped while it is read', async () => {
    const old = new Date(Date.now() - 40 * 86_400_000).toISOString()
    await log.put(id, someOrders(0, 2500))
    await log.put(
      id,
      someOrders(2500, 10).map((each) => ({ ...each, receivedAt: old })),
    )
    let dropped: Promise<unknown> | undefined
    const whole = log.sql
    // Before the first page is read, after the count: the oldest day comes first.
    const sessions = {
      ...log.sessions,
      async run<T>(...given: Parameters<typeof log.sessions.run<T>>) {
        const done = await log.sessions.run(...given)
        const [begun] = await whole`select from projection_states where name = 'orders~rebuild'`
        if (begun) dropped ??= whole`select drop_oldest_day('events', 30)`.execute()
        await dropped
        return done
      },
    }
    expect(await rebuild(orders, { sessions, progress() {} })).toEqual({
      is: 'refused',
      why: 'history was dropped while it was read: 2510 events were stored, 2500 were there',
    })
  })

  test('when a view is built on its table', async () => {
    await log.sql`create view public.totals as select sum(total_amount) from projections.orders`
    expect(await rebuild(orders, deps())).toEqual({
      is: 'refused',
      why: 'a table that is replaced takes what is built on it away: drop totals first',
    })
  })

  test('while another one is at it', async () => {
    await log.sql`insert into projection_states (name, history) values ('orders~rebuild', 0)`
    expect(await rebuild(orders, deps())).toEqual({
      is: 'refused',
      why: 'another rebuild of orders moved within the last minute',
    })
  })
})

test('what is there is compared with what was ever stored', () => {
  expect(missingSentence(5, 5, 'events_20260102')).toBeUndefined()
  expect(missingSentence(5, 6, 'events_20260102')).toBeUndefined()
  expect(missingSentence(5, 4, undefined)).toStartWith(
    'history was dropped: 5 events were stored, 4',
  )
})
