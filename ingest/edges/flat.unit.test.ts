import { describe, expect, test } from 'bun:test'
import { aFlatEvent } from '../../contracts/commerce/builders.ts'
import { commerceEvents, commerceTypes } from '../../contracts/commerce/events.ts'
import { acceptable, decided, textOf, warningsOf } from './builders.ts'
import { isFlat } from './flat.ts'

test('an event is flat when its id or type is written so, and none is written as an envelope has it', () => {
  expect(isFlat({ eventType: 'UserCreated' })).toBe(true)
  expect(isFlat({ eventId: 'evt_1' })).toBe(true)
  expect(isFlat({ eventType: 'UserCreated', event_type: 'x' })).toBe(false)
  expect(isFlat({ eventId: 'evt_1', event_id: 'evt_1' })).toBe(false)
  expect(isFlat({ timestamp: '2026-01-02T20:00:00Z' })).toBe(false)
  expect(isFlat({})).toBe(false)
})

describe.each(commerceTypes)('%s', (type) => {
  const flat = aFlatEvent(type)

  test('becomes an envelope, with its fields as the payload', () => {
    const { eventId, eventType, timestamp, ...payload } = flat
    expect(JSON.parse(textOf(decided(flat)))).toEqual({
      event_id: eventId,
      event_type: eventType,
      schema_version: 1,
      occurred_at: timestamp,
      payload,
      flat_event: true,
    })
    expect(warningsOf(decided(flat))).toEqual([])
  })

  test('is ordered by its entity, and has its eventId as key', () => {
    expect(acceptable(decided(flat))).toMatchObject({
      idempotencyKey: 'evt_1',
      orderedBy: flat[commerceEvents[type].entity],
    })
    const given = { idempotencyKey: 'given', orderingKey: 'mine' }
    expect(acceptable(decided(flat, given))).toMatchObject({
      idempotencyKey: 'given',
      orderedBy: 'mine',
    })
  })
})

test('numbers are kept as they were written, white space is not', () => {
  const sent =
    ' {"eventType":"OrderPlaced", "totalAmount": 12345678901234567890.10,\n"more":[1e2, 1.0]}'
  expect(textOf(decided(sent, { idempotencyKey: 'k' }))).toBe(
    '{"event_type":"OrderPlaced","schema_version":1,"payload":{"totalAmount":12345678901234567890.10,"more":[1e2,1.0]},"flat_event":true}',
  )
})

test('two that differ in the 20th digit of a number are two events; white space makes no other', () => {
  const print = (text: string) => acceptable(decided(text)).fingerprint
  const sent = '{"eventId":"e","eventType":"X","n":12345678901234567890}'
  expect(print(sent)).not.toBe(print(sent.replace('890}', '891}')))
  expect(print(sent)).toBe(print(sent.replaceAll(',', ' ,\t')))
})

test('fields with the names that an envelope has stay fields of the event', () => {
  const sent = aFlatEvent('UserCreated', { payload: 1, occurred_at: 'x', cloudevent: {} })
  expect(JSON.parse(textOf(decided(sent)))).toMatchObject({
    occurred_at: sent.timestamp,
    payload: { payload: 1, occurred_at: 'x', cloudevent: {} },
  })
})

test('a key of its own goes before its eventId, and is kept', () => {
  const sent = aFlatEvent('UserCreated', { idempotency_key: 'own' })
  expect(acceptable(decided(sent)).idempotencyKey).toBe('own')
  expect(JSON.parse(textOf(decided(sent)))).toMatchObject({ idempotency_key: 'own' })
})

test.each([
  [{ eventId: undefined }, 'IDEMPOTENCY_KEY_REQUIRED'],
  [{ eventId: null }, 'IDEMPOTENCY_KEY_REQUIRED'],
  [{ eventId: 7 }, 'IDEMPOTENCY_KEY_INVALID'],
  [{ eventId: 'é' }, 'IDEMPOTENCY_KEY_INVALID'],
  [{ eventId: 'x'.repeat(256) }, 'IDEMPOTENCY_KEY_INVALID'],
])('with %j and no other key it is refused: %s', (given, code) => {
  const decision = decided(aFlatEvent('UserCreated', given))
  expect(decision).toMatchObject({ code, message: expect.stringContaining('eventId') })
})

test('what is missing and wrong is told by its own names, strictly as a refusal', () => {
  const { timestamp: _, email: __, ...rest } = aFlatEvent('UserCreated', { firstName: '' })
  const expected = ['FIELD_MISSING /timestamp', 'FIELD_MISSING /email', 'FIELD_INVALID /firstName']
  expect(warningsOf(decided(rest))).toEqual(expected)
  expect(decided(rest, { validation: 'strict' })).toMatchObject({
    kind: 'refused',
    code: 'INVALID_EVENT',
    findings: expected.map((each) => ({ path: each.split(' ')[1] })),
  })
})

test('an unknown type is accepted with a warning, and ordered by nothing', () => {
  const sent = { ...aFlatEvent('OrderPlaced'), eventType: 'OrderShipped' }
  expect(warningsOf(decided(sent))).toEqual(['FIELD_INVALID /eventType'])
  expect(acceptable(decided(sent)).orderedBy).toBe('evt_1')
})

test.each([
  [{ orderId: 7 }, 'evt_1'],
  [{ orderId: '' }, 'evt_1'],
  [{ orderId: undefined }, 'evt_1'],
  [{ orderId: 'o'.repeat(255) }, 'o'.repeat(255)],
])('with the entity %j it is ordered by %s', (given, orderedBy) => {
  expect(acceptable(decided(aFlatEvent('OrderPlaced', given))).orderedBy).toBe(orderedBy)
})

test('an entity that can be no ordering key orders by its hash', () => {
  const orderedBy = (orderId: string) =>
    acceptable(decided(aFlatEvent('OrderPlaced', { orderId }))).orderedBy
  expect(orderedBy('注文')).toMatch(/^sha256:[0-9a-f]{64}$/)
  expect(orderedBy('注文')).toBe(orderedBy('注文'))
  expect(orderedBy('注文')).not.toBe(orderedBy('注'))
})
