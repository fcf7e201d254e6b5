import { describe, expect, test } from 'bun:test'
import { objectTokens, spaced } from '../contracts/builders.ts'
import { fingerprintOf } from '../contracts/fingerprint.ts'
import { recordValue } from '../contracts/record.ts'
import { seeded } from '../contracts/seeded.ts'
import { aRecord, judge } from './builders.ts'

const given = 'f'.repeat(32)
const withHeader = (value: string) => judge({}, { headers: { fingerprint: value } })
const computed = judge().fingerprint
const fingerprintIn = (event: string) => {
  const envelope =
    '{"tenant_id":"a","received_at":"","request_id":"r","idempotency_key":"k","event":'
  return judge(`${envelope}${event}}`).fingerprint
}

describe('the header', () => {
  test('is taken at its word when it is well formed', () => {
    expect(withHeader(given).fingerprint).toBe(given)
  })

  test.each([
    '',
    'f'.repeat(31),
    'f'.repeat(33),
    'F'.repeat(32),
    'g'.repeat(32),
    `${given}\n`,
    '\0',
  ])('is not when it is %p', (value) => {
    expect(withHeader(value).fingerprint).toBe(computed)
  })
})

test('without a header it is what the door computes, for 500 generated events', () => {
  const random = seeded(6)
  for (let i = 0; i < 500; i++) {
    const tokens = objectTokens(random)
    const value = recordValue(
      { tenantId: 'a', receivedAt: '', requestId: 'r', idempotencyKey: '","event":1' },
      Buffer.from(spaced(tokens, random)),
    )
    expect(judge(value).fingerprint).toBe(fingerprintOf(Buffer.from(tokens.join(''))))
  }
})

test('is the event’s, whatever stands around it', () => {
  expect(judge({ request_id: 'req_2', received_at: '2026-01-01T00:00:00Z' }).fingerprint).toBe(
    computed,
  )
})

test.each([
  ['{"a":1}', '{"a":1.0}'],
  ['{"a":12345678901234567890}', '{"a":12345678901234567891}'],
  ['{"a":1}', '{"A":1}'],
  ['null', '{}'],
])('%p and %p are two events', (one, other) => {
  expect(fingerprintIn(one)).not.toBe(fingerprintIn(other))
})

test('a record that is no JSON has the fingerprint of its bytes', () => {
  const print = judge('hello').fingerprint
  expect(print).toBe(fingerprintOf(Buffer.from('hello')))
  expect(judge('hallo').fingerprint).not.toBe(print)
})

test('a record without a value has a fingerprint too', () => {
  expect(aRecord(null).value).toBeNull()
  expect(judge(null).fingerprint).toBe(fingerprintOf(Buffer.alloc(0)))
})
