/** The four projections of commerce over a real Postgres: what each event makes of their tables. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import type { PartitionId } from '../position.ts'
import { aCommerceEvent, type CommerceEvent } from './builders.ts'
import type { Projection } from './declare.ts'
import { declaredProjections } from './declared.ts'
import { openStoredLog, type StoredLog } from './harness/stored-log.ts'
import { projectionStates } from './progress.ts'

let log: StoredLog
let partitions: PartitionId[]
let projections: readonly Projection[]
let tenantId = ''

beforeAll(async () => {
  log = await openStoredLog()
  projections = await declaredProjections()
})
afterAll(() => log.close())
beforeEach(async () => {
  partitions = await log.partitions(2)
  tenantId = `t-${crypto.randomUUID()}`
})

async function put(partition: number, ...events: CommerceEvent[]): Promise<void> {
  const id = partitions[partition]
  if (id === undefined) throw new Error('there is no such partition')
  await log.put(
    id,
    events.map((event) => ({ tenantId, event })),
  )
}

async function follow(): Promise<void> {
  for (const projection of projections) await log.follow(projection)
}

const rows = (table: string) =>
  log.sql`select * from projections.${log.sql(table)} where tenant_id = ${tenantId} order by 2, 3`

const state = async (name: string) =>
  (await log.sessions.run('measure', projectionStates)).find((each) => each.name === name)

describe('users', () => {
  test('are as the newest event says, whenever it comes', async () => {
    const user = (email: string, at: string) => aCommerceEvent('UserCreated', { email }, at)
    await put(0, user('b@x.org', '2026-01-02T20:00:02Z'))
    await follow()
    await put(1, user('c@x.org', '2026-01-02T20:00:03Z'), user('a@x.org', '2026-01-02T20:00:01Z'))
    await follow()
    await put(0, user('a@x.org', '2026-01-02T20:00:00Z'))
    await follow()
    expect(await rows('users')).toMatchObject([
      {
        user_id: 'user_1',
        email: 'c@x.org',
        created_at: new Date('2026-01-02T20:00:00Z'),
        occurred_at: new Date('2026-01-02T20:00:03Z'),
      },
    ])
  })

  test('of one instant are as the one that lies further in the log says', async () => {
    await put(0, aCommerceEvent('UserCreated', { email: 'first@x.org' }))
    await follow()
    await put(0, aCommerceEvent('UserCreated', { email: 'second@x.org' }))
    await follow()
    expect(await rows('users')).toMatchObject([{ email: 'second@x.org', offset: '1' }])
  })
})

describe('orders', () => {
  test('have the items of their newest event, and no others', async () => {
    const item = (sku: string) => ({ sku, quantity: 1, price: 1.5 })
    const order = (at: string, ...skus: string[]) =>
      aCommerceEvent('OrderPlaced', { items: skus.map(item) }, at)
    await put(0, order('2026-01-02T20:00:02Z', 'a', 'b', 'c'))
    await follow()
    await put(0, order('2026-01-02T20:00:01Z', 'x'))
    await follow()
    expect((await rows('order_items')).map(({ sku }) => sku)).toEqual(['a', 'b', 'c'])
    await put(1, order('2026-01-02T20:00:04Z', 'd', 'd'), order('2026-01-02T20:00:03Z', 'y'))
    await follow()
    expect((await rows('order_items')).map(({ line, sku }) => [line, sku])).toEqual([
      [1, 'd'],
      [2, 'd'],
    ])
    expect(await rows('orders')).toHaveLength(1)
  })

  test('keep amounts digit by digit', async () => {
    const { payload, ...envelope } = aCommerceEvent('OrderPlaced')
    const amounts = {
      ...payload,
      totalAmount: '@',
      items: [{ sku: 'a', quantity: '#', price: '@' }],
    }
    const text = JSON.stringify({ ...envelope, payload: amounts })
      .replaceAll('"@"', '999999999999.123456789')
      .replace('"#"', '2.0')
    const id = partitions[0]
    if (id) await log.put(id, [{ tenantId, event: text }])
    await follow()
    expect(await rows('orders')).toMatchObject([{ total_amount: '999999999999.123456789' }])
    expect(await rows('order_items')).toMatchObject([
      { price: '999999999999.123456789', quantity: 2 },
    ])
  })
})

test('a payment may come before its order', async () => {
  await put(0, aCommerceEvent('PaymentSettled'))
  await follow()
  await put(1, aCommerceEvent('OrderPlaced'))
  await follow()
  expect(await rows('payments')).toMatchObject([{ order_id: 'order_1', status: 'completed' }])
  expect(await rows('orders')).toMatchObject([{ order_id: 'order_1' }])
})

test('stock is the sum of all adjustments, and its reason that of the newest', async () => {
  const adjust = (quantity: number, adjustmentType: string, reason: string, at: string) =>
    aCommerceEvent('InventoryAdjusted', { quantity, adjustmentType, reason }, at)
  await put(0, adjust(10, 'add', 'restock', '2026-01-02T20:00:01Z'))
  await follow()
  await put(
    1,
    adjust(3, 'remove', 'sold', '2026-01-02T20:00:03Z'),
    adjust(2, 'remove', 'broken', '2026-01-02T20:00:02Z'),
  )
  await follow()
  await follow()
  expect(await rows('inventory')).toMatchObject([
    { sku: 'LAPTOP-001', quantity: '5', adjustments: '3', reason: 'sold' },
  ])
})

test('an event that comes again is stored once and counted once', async () => {
  const event = aCommerceEvent('InventoryAdjusted')
  const record = { tenantId, idempotencyKey: 'the-same', event }
  for (const id of [...partitions, ...partitions]) await log.put(id, [record, record])
  await follow()
  expect(await rows('inventory')).toMatchObject([{ quantity: '10', adjustments: '1' }])
})

test('an event that does not fit is left out, counted, and told; its neighbours are applied', async () => {
  await follow()
  const before = await state('users')
  const good = aCommerceEvent('UserCreated')
  const bad = aCommerceEvent('UserCreated', { userId: 'user_2', email: 7 })
  await put(0, bad, good)
  await follow()
  expect(await rows('users')).toMatchObject([{ user_id: 'user_1' }])
  const after = await state('users')
  expect(after?.unfit).toBe((before?.unfit ?? 0) + 1)
  const [row] = await log.sql`select unfit_why from projection_states where name = 'users'`
  expect(row?.unfit_why).toBe(
    `UserCreated at ${partitions[0]?.topicId}/0/0: email must be an e-mail address`,
  )
})

test('events received on other days, and in hundreds of minutes, are found too', async () => {
  const dayMs = 86_400_000
  const users = Array.from({ length: 200 }, (_, i) => ({
    ...{ tenantId, event: aCommerceEvent('UserCreated', { userId: `user_${i}` }) },
    receivedAt: new Date(Date.now() - (i % 5) * dayMs - i * 60_000).toISOString(),
  }))
  const id = partitions[0]
  if (id) await log.put(id, users)
  await follow()
  expect(await rows('users')).toHaveLength(200)
  const [noted] = await log.sql`
    select types::text from event_batches where topic_id = ${id?.topicId ?? ''}`
  expect(noted?.types).toBe('{UserCreated}')
})

test('each tenant has its own', async () => {
  await put(0, aCommerceEvent('UserCreated'))
  const id = partitions[1]
  const other = `o-${crypto.randomUUID()}`
  if (id) await log.put(id, [{ tenantId: other, event: aCommerceEvent('UserCreated') }])
  await follow()
  expect(await rows('users')).toHaveLength(1)
  expect(await log.sql`select from projections.users where tenant_id = ${other}`).toHaveLength(1)
})
