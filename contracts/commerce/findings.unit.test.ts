import { describe, expect, test } from 'bun:test'
import { aFlatEvent } from './builders.ts'
import { commerceEvents, commerceTypes } from './events.ts'
import { commerceFindings } from './findings.ts'

const found = (type: unknown, payload: object) =>
  commerceFindings(type, payload).map(({ code, path }) => `${code} ${path}`)

describe.each(commerceTypes)('%s', (type) => {
  const payload = aFlatEvent(type)
  const names = Object.keys(commerceEvents[type].fields)

  test('has nothing wrong as the seed shows it, and with other fields beside', () => {
    expect(found(type, payload)).toEqual([])
    expect(found(type, { ...payload, more: { of: 'it' } })).toEqual([])
  })

  test('is ordered by a field of its own', () => {
    expect(names).toContain(commerceEvents[type].entity)
  })

  test.each(names)('without %s says so', (name) => {
    const { [name]: _, ...rest } = payload
    expect(found(type, rest)).toEqual([`FIELD_MISSING /${name}`])
  })

  test.each(names)('with %s of another type says so', (name) => {
    for (const value of [null, '', false, {}, [], -1, 0.5e300])
      expect(found(type, { ...payload, [name]: value })).toEqual([`FIELD_INVALID /${name}`])
  })
})

test.each([
  ['UserCreated', 'email', 'nobody'],
  ['UserCreated', 'createdAt', '2025-02-30T10:00:00Z'],
  ['OrderPlaced', 'currency', 'usd'],
  ['OrderPlaced', 'items', [{ sku: 'a', quantity: 0, price: 1 }]],
  ['OrderPlaced', 'items', [{ sku: 'a', quantity: 1 }]],
  ['OrderPlaced', 'totalAmount', '299.99'],
  ['PaymentSettled', 'amount', -0.01],
  ['InventoryAdjusted', 'quantity', 1.5],
  ['InventoryAdjusted', 'adjustmentType', 'steal'],
] as const)('%s with %s %j says so', (type, name, value) => {
  expect(found(type, aFlatEvent(type, { [name]: value }))).toEqual([`FIELD_INVALID /${name}`])
})

test('an unknown type is told with those that are known', () => {
  expect(commerceFindings('OrderShipped', {})).toEqual([
    {
      code: 'FIELD_INVALID',
      path: '/eventType',
      message:
        'eventType must be one of UserCreated, OrderPlaced, PaymentSettled, InventoryAdjusted',
    },
  ])
  expect(found('toString', {})).toEqual(['FIELD_INVALID /eventType'])
})

test('of a type that is no text the envelope says it', () => {
  for (const type of [undefined, null, 7, '']) expect(found(type, {})).toEqual([])
})
