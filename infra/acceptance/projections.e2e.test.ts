import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readMetrics } from '../harness/metrics.ts'
import { type Pulse, readyOf, startPulse } from '../harness/pulse.ts'
import { until } from '../harness/until.ts'

let pulse: Pulse
beforeAll(async () => {
  pulse = await startPulse({ admin: true })
}, 60_000)
afterAll(() => pulse?.stop())

const get = async (path: string, headers: Record<string, string> = {}) => {
  const response = await fetch(`${pulse.admin?.url}${path}`, { headers })
  const text = await response.text()
  // biome-ignore lint/suspicious/noExplicitAny: an answer is looked into by tests
  const body: any = text === '' ? undefined : JSON.parse(text)
  return { status: response.status, headers: response.headers, text, body }
}

let sent = 0
async function send(
  eventType: string,
  occurredAt: string,
  payload: object,
  headers: Record<string, string> = {},
): Promise<void> {
  const envelope = { event_id: `evt_${++sent}`, event_type: eventType, schema_version: 1 }
  const event = { ...envelope, occurred_at: occurredAt, payload }
  expect((await pulse.post(event, headers)).status).toBe(202)
}

const at = '2025-10-20T10:00:00Z'
const user = (userId: string, email = 'user@example.com') => ({
  ...{ userId, email, firstName: 'John', lastName: 'Doe', createdAt: at },
})
const order = (orderId: string, userId: string, placedAt = at) => ({
  ...{ orderId, userId, totalAmount: 299.99, currency: 'USD', placedAt },
  items: [{ sku: 'LAPTOP-001', quantity: 1, price: 299.99 }],
})
const payment = (paymentId: string, orderId: string) => ({
  ...{ paymentId, orderId, amount: 299.99, currency: 'USD' },
  ...{ paymentMethod: 'credit_card', status: 'completed', settledAt: at },
})

const found = (path: string) =>
  until(`${path} is found`, async () => {
    const answer = await get(path)
    return answer.status === 200 && answer
  })

describe('what the read API answers', () => {
  test("is a user with orders, in seed 003's shape", async () => {
    await send('UserCreated', at, user('u1'))
    await send('OrderPlaced', at, order('o1', 'u1'))
    await found('/orders/o1?tenant=tenant_a')
    const { body } = await found('/users/u1?tenant=tenant_a')
    expect(body).toEqual({
      userId: 'u1',
      email: 'user@example.com',
      firstName: 'John',
      lastName: 'Doe',
      createdAt: '2025-10-20T10:00:00Z',
      updatedAt: '2025-10-20T10:00:00Z',
      orders: [
        {
          orderId: 'o1',
          userId: 'u1',
          totalAmount: 299.99,
          currency: 'USD',
          placedAt: '2025-10-20T10:00:00Z',
          updatedAt: '2025-10-20T10:00:00Z',
        },
      ],
    })
  })

  test('is an order with its payment, which may have come before it', async () => {
    await send('PaymentSettled', at, payment('p2', 'o2'))
    await until('the payment is there', async () => {
      const rows = await pulse.sql`select from projections.payments where payment_id = 'p2'`
      return rows.length === 1
    })
    expect((await get('/orders/o2?tenant=tenant_a')).status).toBe(404)
    await send('OrderPlaced', at, order('o2', 'u1'))
    const { body, text } = await found('/orders/o2?tenant=tenant_a')
    expect(body).toEqual({
      orderId: 'o2',
      userId: 'u1',
      totalAmount: 299.99,
      currency: 'USD',
      placedAt: '2025-10-20T10:00:00Z',
      updatedAt: '2025-10-20T10:00:00Z',
      payment: {
        paymentId: 'p2',
        amount: 299.99,
        paymentMethod: 'credit_card',
        status: 'completed',
        settledAt: '2025-10-20T10:00:00Z',
      },
    })
    expect(text).toContain('"amount":299.99')
  })

  test('is null for a payment that is not there yet', async () => {
    await send('OrderPlaced', at, order('o3', 'u9'))
    expect((await found('/orders/o3?tenant=tenant_a')).body.payment).toBeNull()
  })

  test('is the last five orders, the newest first', async () => {
    await send('UserCreated', at, user('u5'))
    for (const day of [3, 1, 7, 2, 5, 4, 6])
      await send('OrderPlaced', at, order(`o5-${day}`, 'u5', `2026-01-0${day}T00:00:00.5+01:00`))
    const orders = await until('seven orders are there', async () => {
      const rows = await pulse.sql`select from projections.orders where user_id = 'u5'`
      return rows.length === 7 && (await found('/users/u5?tenant=tenant_a')).body.orders
    })
    expect(orders.map(({ orderId }: { orderId: string }) => orderId)).toEqual(
      [7, 6, 5, 4, 3].map((day) => `o5-${day}`),
    )
    expect(orders[0].placedAt).toBe('2026-01-06T23:00:00.5Z')
  })

  test("is another tenant's own", async () => {
    await send('UserCreated', at, user('shared', 'a@example.com'))
    await send('UserCreated', at, user('shared', 'b@example.com'), { 'X-API-Key': 'key_b' })
    expect((await found('/users/shared?tenant=tenant_a')).body.email).toBe('a@example.com')
    expect((await found('/users/shared?tenant=tenant_b')).body.email).toBe('b@example.com')
    expect((await get('/users/u1?tenant=tenant_b')).status).toBe(404)
  })

  test.each([
    ['/users/nobody?tenant=tenant_a', 404, 'NOT_FOUND'],
    ['/orders/none?tenant=tenant_a', 404, 'NOT_FOUND'],
    ['/users/u1', 400, 'MISSING_PARAMETER'],
    ['/orders/o1?tenant=', 400, 'MISSING_PARAMETER'],
    ['/users/u1?tenant=Tenant%20A', 400, 'INVALID_PARAMETER'],
    ['/users/%00?tenant=tenant_a', 400, 'INVALID_PARAMETER'],
    [`/orders/${'x'.repeat(256)}?tenant=tenant_a`, 400, 'INVALID_PARAMETER'],
    ["/users/'%3B--?tenant=tenant_a", 404, 'NOT_FOUND'],
  ])('is JSON for %s too: %i %s', async (path, status, code) => {
    const answer = await get(path, { Accept: 'text/html' })
    expect(answer.status).toBe(status)
    expect(answer.body.error.code).toBe(code)
  })

  test('has a tag, by which it need not be sent again until it changes', async () => {
    await send('UserCreated', at, user('tagged'))
    const path = '/users/tagged?tenant=tenant_a'
    const first = await found(path)
    const tag = first.headers.get('ETag') ?? ''
    expect(tag).toMatch(/^"[0-9a-f]+"$/)
    expect(first.headers.get('Cache-Control')).toBe('private, no-cache')
    const again = await get(path, { 'If-None-Match': tag })
    expect([again.status, again.text]).toEqual([304, ''])
    await send('UserCreated', '2025-10-21T10:00:00Z', user('tagged', 'new@example.com'))
    const changed = await until('it has changed', async () => {
      const answer = await get(path, { 'If-None-Match': tag })
      return answer.status === 200 && answer
    })
    expect(changed.body).toMatchObject({
      email: 'new@example.com',
      updatedAt: '2025-10-21T10:00:00Z',
    })
  })
})

describe('a projection that fails', () => {
  test('is told by /ready, metrics and Pipeline, and events are stored as before', async () => {
    await pulse.sql`alter table projections.inventory rename column reason to why`
    const adjusted = { sku: 's1', quantity: 1, adjustmentType: 'add', reason: 'r', adjustedAt: at }
    await send('InventoryAdjusted', at, adjusted)
    const why =
      'projection inventory is paused: column "reason" of relation "inventory" does not exist'
    await until('it is told', async () => {
      const { reasons } = await readyOf(pulse.processor.url)
      return reasons.includes(why)
    })
    const ready = await fetch(`${pulse.processor.url}/ready`)
    expect(ready.status).toBe(200)
    expect(await ready.json()).toMatchObject({
      status: 'ready',
      degraded: ['projection inventory'],
    })
    const metrics = await readMetrics(pulse.processor.url)
    expect(metrics.get('pulse_processor_projection_paused{projection="inventory"}')).toBe(1)
    expect(metrics.get('pulse_processor_projection_paused{projection="users"}')).toBe(0)
    const { body } = await get('/pipeline', { Accept: 'application/json' })
    expect(body.processor).toMatchObject({ state: 'up', degraded: ['projection inventory'] })
    const named = (name: string) =>
      body.projections.find((each: { name: string }) => each.name === name)
    expect(named('inventory')).toMatchObject({ pausedWhy: why.split('paused: ')[1] })
    const page = await (await fetch(`${pulse.admin?.url}/pipeline`)).text()
    expect(page).toContain('column &quot;reason&quot; of relation')

    await send('UserCreated', at, user('meanwhile'))
    await found('/users/meanwhile?tenant=tenant_a')
    expect(named('users')).toMatchObject({ pausedAt: null })
  })

  test('goes on where it stood when a processor starts after the repair', async () => {
    await pulse.sql`alter table projections.inventory rename column why to reason`
    await pulse.startProcessor()
    await until('stock is there', async () => {
      const [row] =
        await pulse.sql`select quantity::int from projections.inventory where sku = 's1'`
      return row?.quantity === 1
    })
    await until('nothing is degraded', async () => {
      const ready = await fetch(`${pulse.processor.url}/ready`)
      return ((await ready.json()) as { degraded: string[] }).degraded.length === 0
    })
  })
})
