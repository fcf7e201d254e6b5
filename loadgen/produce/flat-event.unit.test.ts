import { describe, expect, test } from 'bun:test'
import { commerceFindings } from '../../contracts/commerce/findings.ts'
import { type FlatEvent, flatEventOf, knownAfter, sampleEvents } from './flat-event.ts'
import { type Kind, kindNames, kinds } from './kinds.ts'

const now = new Date('2026-01-02T20:00:00Z')
const make = (kind: Kind, typed: Record<string, string>, known = {}) =>
  flatEventOf(kind, typed, { known, eventId: 'evt_1', now })

const enough: Readonly<Record<Kind, Record<string, string>>> = {
  'create-user': { email: 'ada@example.com', firstName: 'Ada', lastName: 'Lovelace' },
  'place-order': { userId: 'u1' },
  'settle-payment': { orderId: 'o1', amount: '299.99' },
  'adjust-inventory': { sku: 'LAPTOP-001', quantity: '10' },
}

const findings = ({ eventType, ...payload }: FlatEvent) => commerceFindings(eventType, payload)

test.each(kindNames)('%s makes an event that is valid', (kind) => {
  const event = make(kind, enough[kind])
  expect(findings(event)).toEqual([])
  expect(event).toMatchObject({
    eventId: 'evt_1',
    eventType: kinds[kind].type,
    timestamp: '2026-01-02T20:00:00.000Z',
    [kinds[kind].instant]: '2026-01-02T20:00:00.000Z',
  })
})

test('the total of an order is the sum of its items, as decimals add up', () => {
  const items = 'a:3:0.1,b:1:0.2,c:2:19.99'
  expect(make('place-order', { userId: 'u1', items })).toMatchObject({
    totalAmount: 40.48,
    items: [
      { sku: 'a', quantity: 3, price: 0.1 },
      { sku: 'b', quantity: 1, price: 0.2 },
      { sku: 'c', quantity: 2, price: 19.99 },
    ],
  })
})

test('what was produced before suggests itself', () => {
  const user = make('create-user', { ...enough['create-user'], userId: 'u7' })
  const order = make('place-order', {}, knownAfter({}, user))
  expect(order).toMatchObject({ userId: 'u7', totalAmount: 299.99 })
  const known = knownAfter(knownAfter({}, user), order)
  expect(make('settle-payment', {}, known)).toMatchObject({
    orderId: order.orderId,
    amount: 299.99,
  })
  expect(make('adjust-inventory', { quantity: '1' }, known)).toMatchObject({ sku: 'LAPTOP-001' })
})

describe('sample events', () => {
  const events = sampleEvents('run', now)

  test('are valid, of every kind, and belong together', () => {
    expect(events.flatMap(findings)).toEqual([])
    expect(new Set(events.map(({ eventType }) => eventType)).size).toBe(4)
    expect(new Set(events.map(({ orderId }) => orderId).filter(Boolean)).size).toBe(1)
    const amountOf = (type: string, name: string) =>
      events.find(({ eventType }) => eventType === type)?.[name]
    expect(amountOf('PaymentSettled', 'amount')).toBe(
      amountOf('OrderPlaced', 'totalAmount') as number,
    )
  })

  test('have ids of their own in each run', () => {
    const ids = [...events, ...sampleEvents('another', now)].map(({ eventId }) => eventId)
    expect(new Set(ids).size).toBe(ids.length)
  })
})
