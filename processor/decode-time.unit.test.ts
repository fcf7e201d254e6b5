import { describe, expect, test } from 'bun:test'
import { judge, NOW } from './builders.ts'

const dayMs = 24 * 60 * 60 * 1000
const iso = (ms: number) => new Date(ms).toISOString()
const brokerTime = iso(NOW - 500)

test.each([NOW, NOW - 90 * dayMs, NOW + dayMs])('received_at at %p lies in range', (ms) => {
  expect(judge({ received_at: iso(ms) })).toMatchObject({ kind: 'event', receivedAt: iso(ms) })
})

test.each([
  iso(NOW - 90 * dayMs - 1),
  iso(NOW + dayMs + 1),
  '2199-01-01T00:00:00.000Z',
  '1970-01-01T00:00:00.000Z',
  '9999-12-31T23:59:59.999Z',
  '0001-01-01T00:00:00.000Z',
  '2026-02-30T00:00:00.000Z',
  '2026-01-02T19:59:59.000',
  '2026-01-02',
  'infinity',
  '',
  NOW,
  null,
  undefined,
  {},
])('received_at %p makes a dead letter at the broker’s time', (received_at) => {
  expect(judge({ received_at })).toMatchObject({
    kind: 'dead',
    receivedAt: brokerTime,
    tenantId: 'tenant_a',
    idempotencyKey: 'key_1',
    requestId: 'req_1',
    reason: { code: 'RECEIVED_AT_OUT_OF_RANGE', stage: 'decode' },
  })
})

test('a record that cannot be read has the broker’s time', () => {
  expect(judge('hello').receivedAt).toBe(brokerTime)
})

describe('the time that is stored', () => {
  // Postgres rounds to microseconds: the day that is stored must be the day whose partition was made.
  test('has milliseconds, so that no rounding carries it into the next day', () => {
    expect(judge({ received_at: '2026-01-01T23:59:59.9999999Z' })).toMatchObject({
      kind: 'event',
      receivedAt: '2026-01-01T23:59:59.999Z',
    })
  })

  test('is in UTC, whatever the zone it was given in', () => {
    expect(judge({ received_at: '2026-01-02T01:00:00+02:00' }).receivedAt).toBe(
      '2026-01-01T23:00:00.000Z',
    )
  })

  test.each([
    -1,
    0,
    NOW - 91 * dayMs,
    NOW + 2 * dayMs,
    Date.parse('2199-01-01'),
    8.64e15,
    8.64e15 + 1,
    -(2 ** 63),
    2 ** 63,
    Number.NaN,
  ])('is now when the broker’s own, %p, cannot be used either', (timestampMs) => {
    expect(judge('hello', { timestampMs }).receivedAt).toBe(iso(NOW))
    expect(judge({ received_at: null }, { timestampMs }).receivedAt).toBe(iso(NOW))
  })
})
