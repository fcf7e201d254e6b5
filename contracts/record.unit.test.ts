import { expect, test } from 'bun:test'
import { memberBytes } from './json-bytes.ts'
import { orderingKeyIn, type RecordFields, recordKey, recordValue } from './record.ts'

const fields = (given: Partial<RecordFields> = {}): RecordFields => ({
  tenantId: 'tenant_a',
  receivedAt: '2026-01-02T20:00:00.000Z',
  requestId: 'req_1',
  idempotencyKey: 'key_1',
  ...given,
})

test('the record is JSON with the five fields of the contract', () => {
  expect(JSON.parse(recordValue(fields(), Buffer.from('{"a":1}')).toString())).toEqual({
    tenant_id: 'tenant_a',
    received_at: '2026-01-02T20:00:00.000Z',
    request_id: 'req_1',
    idempotency_key: 'key_1',
    event: { a: 1 },
  })
})

test.each(['{}', ' {"a" : 1.0,\n"a":12345678901234567890} ', '{"ü":"日本 🙂\\u0000"}'])(
  'the event %p is spliced in byte for byte',
  (event) => {
    const value = recordValue(fields(), Buffer.from(event))
    expect(Buffer.from(memberBytes(value, 'event') ?? []).toString()).toBe(event)
  },
)

test.each(['"', '\\', '","event":{"x":1},"y":"', '{}*:', "'", '\\u0041'])(
  'the idempotency key %p comes back as it went in, and the event with it',
  (idempotencyKey) => {
    const value = recordValue(fields({ idempotencyKey }), Buffer.from('{"a":1}'))
    expect(JSON.parse(value.toString())).toMatchObject({
      idempotency_key: idempotencyKey,
      event: { a: 1 },
    })
    expect(Buffer.from(memberBytes(value, 'event') ?? []).toString()).toBe('{"a":1}')
  },
)

test.each(['user-7', 'a:b', ':', '::', 'tenant_a:user-7', ' '])(
  'the ordering key %p is read back from the record key',
  (orderedBy) => {
    expect(orderingKeyIn(recordKey('tenant_a', orderedBy), 'tenant_a', 'key_1')).toBe(orderedBy)
  },
)

test('an event that is ordered by its own key has no ordering key', () => {
  expect(orderingKeyIn(recordKey('tenant_a', 'key_1'), 'tenant_a', 'key_1')).toBeUndefined()
})

test.each(['', 'tenant_a', 'tenant_ab:user', 'tenant_b:user', 'user', ':user'])(
  'a record key of another shape, %p, holds no ordering key',
  (key) => {
    expect(orderingKeyIn(key, 'tenant_a', 'key_1')).toBeUndefined()
  },
)
