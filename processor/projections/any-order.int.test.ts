/**
 * Any order and any repetition of a set of events gives the same tables: what a plain fold over the events, in the order
 * in which they occurred, says.
 */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { CommerceType } from '../../contracts/commerce/events.ts'
import { aCommerceEvent, type CommerceEvent } from './builders.ts'
import type { Projection } from './declare.ts'
import { declaredProjections } from './declared.ts'
import { openStoredLog, type StoredLog } from './harness/stored-log.ts'

let log: StoredLog
let projections: readonly Projection[]
beforeAll(async () => {
  log = await openStoredLog()
  projections = await declaredProjections()
})
afterAll(() => log.close())

const few = fc.nat(2)
const kinds = fc.oneof(
  fc.record({ type: fc.constant('UserCreated'), user: few }),
  fc.record({
    type: fc.constant('OrderPlaced'),
    order: few,
    user: few,
    items: fc.array(few, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ type: fc.constant('PaymentSettled'), payment: few, order: few }),
  fc.record({
    type: fc.constant('InventoryAdjusted'),
    sku: few,
    quantity: fc.integer({ min: 1, max: 9 }),
    adds: fc.boolean(),
  }),
)
type Kind = {
  type: string
  user?: number
  order?: number
  payment?: number
  sku?: number
  items?: number[]
  quantity?: number
  adds?: boolean
}

/** No two occur at the same instant: of such, the log's order decides, and that is not the same in every run. */
function eventOf(kind: Kind, nth: number): CommerceEvent {
  const at = new Date(Date.UTC(2026, 0, 2) + nth * 1000).toISOString()
  const payload: Record<CommerceType, Record<string, unknown>> = {
    UserCreated: { userId: `user_${kind.user}`, email: `${nth}@x.org`, createdAt: at },
    OrderPlaced: {
      ...{ orderId: `order_${kind.order}`, userId: `user_${kind.user}`, totalAmount: nth },
      items: (kind.items ?? []).map((sku) => ({ sku: `sku_${sku}`, quantity: 1, price: nth })),
    },
    PaymentSettled: {
      paymentId: `payment_${kind.payment}`,
      orderId: `order_${kind.order}`,
      amount: nth,
    },
    InventoryAdjusted: {
      ...{ sku: `sku_${kind.sku}`, quantity: kind.quantity, reason: `reason ${nth}` },
      adjustmentType: kind.adds ? 'add' : 'remove',
    },
  }
  const type = kind.type as CommerceType
  return aCommerceEvent(type, payload[type], at)
}

/** How the events reach Kafka and are read: in what order, repeated, over which partitions, in what flushes. */
const deliveries = (events: number) =>
  fc.record({
    /** Positions by which events are sorted; one event may have several. */
    places: fc.array(fc.array(fc.nat(1000), { minLength: 1, maxLength: 3 }), {
      ...{ minLength: events, maxLength: events },
    }),
    partitionOf: fc.array(fc.nat(2), { minLength: 3 * events, maxLength: 3 * events }),
    flushes: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 10 }),
    /** After which flushes the projections take a step. */
    steps: fc.array(fc.nat(2), { minLength: 1, maxLength: 10 }),
  })

const runs = fc
  .array(kinds, { minLength: 1, maxLength: 20 })
  .chain((all) => fc.tuple(fc.constant(all), deliveries(all.length)))

test('any order and repetition of events gives the tables that their fold gives', async () => {
  await fc.assert(
    fc.asyncProperty(runs, async ([given, { places, partitionOf, flushes, steps }]) => {
      const tenantId = `t-${crypto.randomUUID()}`
      const events = given.map(eventOf)
      const partitions = await log.partitions(3)
      const records = events
        .flatMap((event, i) => (places[i] ?? []).map((place) => ({ event, place })))
        .sort((a, b) => a.place - b.place)
        .map(({ event }) => ({ tenantId, event, idempotencyKey: event.event_id }))
      for (let at = 0, flush = 0; at < records.length; flush++) {
        const size = flushes[flush % flushes.length] ?? 1
        const partition = partitions[partitionOf[flush] ?? 0]
        if (partition) await log.put(partition, records.slice(at, at + size))
        at += size
        const patience = steps[flush % steps.length] ?? 0
        for (const projection of projections)
          if (patience > 0) await log.follow(projection, patience)
      }
      for (const projection of projections) await log.follow(projection)
      expect(await tablesOf(tenantId)).toEqual(foldOf(events))
    }),
    { numRuns: 25 },
  )
}, 60_000)

/** What is in the tables, without what depends on the order of the log. */
async function tablesOf(tenantId: string) {
  const { sql } = log
  return {
    users: (
      await sql`select user_id, email from projections.users where tenant_id = ${tenantId} order by 1`
    ).map((row) => [row.user_id, row.email]),
    orders: (
      await sql`select order_id, user_id, total_amount::int as total from projections.orders where tenant_id = ${tenantId} order by 1`
    ).map((row) => [row.order_id, row.user_id, row.total]),
    items: (
      await sql`select order_id, line, sku, price::int as price from projections.order_items where tenant_id = ${tenantId} order by 1, 2`
    ).map((row) => [row.order_id, row.line, row.sku, row.price]),
    payments: (
      await sql`select payment_id, order_id, amount::int as amount from projections.payments where tenant_id = ${tenantId} order by 1`
    ).map((row) => [row.payment_id, row.order_id, row.amount]),
    inventory: (
      await sql`select sku, quantity::int as quantity, adjustments::int as adjustments, reason from projections.inventory where tenant_id = ${tenantId} order by 1`
    ).map((row) => [row.sku, row.quantity, row.adjustments, row.reason]),
  }
}

// biome-ignore lint/suspicious/noExplicitAny: payloads of four shapes, which this test made itself
type Payload = any

/** The same from the events, in the order in which they occurred: later ones win. */
function foldOf(events: readonly CommerceEvent[]) {
  const newest = (type: string, id: string): Payload[] => {
    const payloads = events
      .filter((event) => event.event_type === type)
      .map((event) => event.payload as Payload)
    const byId = new Map(payloads.map((payload) => [payload[id], payload]))
    return [...byId.values()].sort((a, b) => (a[id] < b[id] ? -1 : 1))
  }
  const adjustments = events.filter(({ event_type }) => event_type === 'InventoryAdjusted')
  const stock = (sku: string) => {
    const all = adjustments
      .map(({ payload }) => payload as Payload)
      .filter((each) => each.sku === sku)
    const sum = all.reduce(
      (left, { adjustmentType, quantity }) =>
        left + (adjustmentType === 'add' ? quantity : -quantity),
      0,
    )
    return [sku, sum, all.length, all.at(-1).reason]
  }
  const orders = newest('OrderPlaced', 'orderId')
  return {
    users: newest('UserCreated', 'userId').map(({ userId, email }) => [userId, email]),
    orders: orders.map(({ orderId, userId, totalAmount }) => [orderId, userId, totalAmount]),
    items: orders.flatMap(({ orderId, items }) =>
      items.map((item: { sku: string; price: number }, i: number) => [
        orderId,
        i + 1,
        item.sku,
        item.price,
      ]),
    ),
    payments: newest('PaymentSettled', 'paymentId').map(({ paymentId, orderId, amount }) => [
      paymentId,
      orderId,
      amount,
    ]),
    inventory: newest('InventoryAdjusted', 'sku').map(({ sku }) => stock(sku)),
  }
}
