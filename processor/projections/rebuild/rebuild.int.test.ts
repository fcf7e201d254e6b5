import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import type { PartitionId } from '../../position.ts'
import { aCommerceEvent } from '../builders.ts'
import type { Projection } from '../declare.ts'
import { declaredProjections } from '../declared.ts'
import { openStoredLog, type StoredLog } from '../harness/stored-log.ts'
import { missingSentence } from './history.ts'
import { rebuild } from './rebuild.ts'
import { dropShadow, hasReached, makeShadow, shadowInstance } from './shadow.ts'

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
/** Rows of projections, and schemas of rebuilds. */
const leftovers = async () => {
  const [row] = await log.sql`
    select (select count(*)::int from projection_states) as states,
           (select count(*)::int from pg_namespace where nspname like 'projections_rebuild%') as schemas`
  return row
}
const never = new AbortController().signal
const deps = (progress = () => {}, signal = never) => ({ sessions: log.sessions, progress, signal })

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

  test('keeps owner, rights and settings of the tables, and their indexes by name', async () => {
    const [owner, reader] = await log.sql`
      select 'owner_' || n as name from unnest(array[gen_random_uuid()::text, gen_random_uuid()::text]) n`
    const names = [owner?.name, reader?.name] as [string, string]
    for (const name of names) await log.sql`create role ${log.sql(name)}`
    try {
      await log.sql`grant select on projections.orders to ${log.sql(names[1])} with grant option`
      await log.sql`alter table projections.orders owner to ${log.sql(names[0])}`
      await log.sql`alter table projections.orders set (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.1)`
      await log.sql`create index "Of users" on projections.orders (user_id)`
      await log.sql`create index orders_user_id_idx on projections.orders (user_id)`
      await log.sql`create unique index by_total on projections.orders (abs(total_amount), order_id) where currency = 'USD'`
      const facts = () => log.sql`
        select relowner, relacl::text, reloptions,
               (select json_agg(pg_get_indexdef(indexrelid) order by indexrelid::regclass::text)
                  from pg_index where indrelid = c.oid) as indexes
          from pg_class c where oid = 'projections.orders'::regclass`
      const before = await facts()
      await rebuild(orders, deps())
      expect(await facts()).toEqual(before)
      expect(before[0]?.indexes).toHaveLength(5)
    } finally {
      await log.sql`reassign owned by ${log.sql(names[0])} to current_user`
      for (const name of names) {
        await log.sql`drop owned by ${log.sql(name)}`
        await log.sql`drop role ${log.sql(name)}`
      }
    }
  })

  test('that is stopped leaves the tables as they are, and nothing of its own', async () => {
    await log.put(id, someOrders(0, 2500))
    await log.follow(orders)
    const stop = new AbortController()
    const stopped = rebuild(
      orders,
      deps(() => stop.abort(new Error('SIGINT came')), stop.signal),
    )
    await expect(stopped).rejects.toThrow('SIGINT came')
    expect((await contents()).orders).toHaveLength(2500)
    expect(await leftovers()).toEqual({ states: 1, schemas: 0 })
  })

  test('waits for a partition that it has not met', async () => {
    await log.put(id, someOrders(0, 3))
    await log.follow(orders)
    const shadow = shadowInstance(orders)
    const reached = () => log.sql.begin((tx) => hasReached(tx as never, shadow))
    await log.sessions.run('projection', (sql) => makeShadow(sql, shadow))
    expect(await reached()).toBe(true)
    const [another] = await log.partitions(1)
    if (another) await log.put(another, someOrders(3, 3))
    await log.follow(orders)
    expect(await reached()).toBe(false)
    await log.sessions.run('projection', (sql) => dropShadow(sql, shadow))
  })

  test('of a projection that fails leaves the tables as they are, and nothing of its own', async () => {
    await log.put(id, someOrders(0, 3))
    await log.follow(orders)
    const broken: Projection = { ...orders, apply: ['insert into forgotten select 1 from batch'] }
    await expect(rebuild(broken, deps())).rejects.toThrow('relation "forgotten" does not exist')
    expect((await contents()).orders).toHaveLength(3)
    expect(await leftovers()).toEqual({ states: 1, schemas: 0 })
  })

  test('changes no table that the projection does not declare', async () => {
    await log.put(id, someOrders(0, 3))
    await log.follow(orders)
    const careless: Projection = { ...orders, tables: ['orders'] }
    await expect(rebuild(careless, deps())).rejects.toThrow('relation "order_items" does not exist')
  })
})

describe('a rebuild is refused', () => {
  test('when history was dropped, and says what', async () => {
    const old = new Date(Date.now() - 40 * 86_400_000).toISOString()
    await log.put(id, [
      ...someOrders(0, 3).map((each) => ({ ...each, receivedAt: old })),
      anOrder(3),
    ])
    await log.follow(orders)
    await log.sql`select drop_oldest_day('events', 30)`
    expect(await rebuild(orders, deps())).toEqual({
      is: 'refused',
      why: `history was dropped: the events of ${old.slice(0, 10)} are gone. The tables as they are know more`,
    })
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
    expect(await rebuild(orders, { ...deps(), sessions })).toEqual({
      is: 'refused',
      why: 'history was dropped while it was read: 2510 events were stored, 2500 were there',
    })
  })

  test('when a view is built on its table', async () => {
    await log.sql`create view public.totals as select sum(total_amount) from projections.orders`
    expect(await rebuild(orders, deps())).toEqual({
      is: 'refused',
      why: 'a table that is replaced takes what is built on it away: drop view totals first',
    })
  })

  test('when its copy would lack something that the table has', async () => {
    const role = `role_${crypto.randomUUID().slice(0, 8)}`
    await log.sql.unsafe(`
      create function public.nothing() returns trigger language plpgsql as 'begin return null; end';
      create trigger told after insert on projections.orders execute function public.nothing();
      create table public.refunds (
        tenant_id text, order_id text,
        foreign key (tenant_id, order_id) references projections.orders
      );
      create policy mine on projections.order_items using (true);
      create role ${role};
      grant select (order_id) on projections.orders to ${role}`)
    try {
      expect(await rebuild(orders, deps())).toEqual({
        is: 'refused',
        why: `a table that is replaced takes what is built on it away: drop ${[
          'foreign key refunds_tenant_id_order_id_fkey of refunds',
          'policy mine of order_items',
          'rights on column order_id of orders',
          'trigger told of orders',
        ].join(', ')} first`,
      })
    } finally {
      await log.sql.unsafe(`drop owned by ${role}; drop role ${role}`)
    }
  })

  test('while another one is at it', async () => {
    await log.sql`insert into projection_states (name, history) values ('orders~rebuild', 0)`
    expect(await rebuild(orders, deps())).toEqual({
      is: 'refused',
      why: 'another rebuild of orders moved within the last minute',
    })
  })
})

test('what was dropped is told as one day, or as many', () => {
  expect(missingSentence(0, '')).toBeUndefined()
  expect(missingSentence(3, '2026-01-02')).toStartWith(
    'history was dropped: 3 days of events, up to 2026-01-02, are gone',
  )
})
