import { describe, expect, test } from 'bun:test'
import { anEvent, anEventWithout } from '../contracts/builders.ts'
import { findingsIn } from '../contracts/envelope.ts'
import { recordValue } from '../contracts/record.ts'
import { aRecord, judge } from './builders.ts'
import { refusedByStore } from './decode.ts'

const reasonOf = (...given: Parameters<typeof aRecord>) => {
  const judged = judge(...given)
  return judged.kind === 'dead' ? judged.reason : undefined
}

test('a valid record is an event, with everything that the store needs', () => {
  const record = aRecord()
  expect(judge()).toEqual({
    kind: 'event',
    offset: 7n,
    tenantId: 'tenant_a',
    idempotencyKey: 'key_1',
    fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/),
    requestId: 'req_1',
    receivedAt: '2026-01-02T19:59:59.000Z',
    eventId: 'evt_1',
    eventType: 'user_login',
    orderingKey: undefined,
    redrive: undefined,
    schemaVersion: 1,
    occurredAt: '2026-01-02T20:00:00Z',
    head: expect.stringMatching(/^\{"tenant_id":.*"payload":$/),
    payload: JSON.stringify(anEvent().payload),
    tail: '}}',
    extra: undefined,
    value: record.value ?? Buffer.alloc(0),
  })
})

test('the ordering key is the one in the record key', () => {
  expect(judge({}, { key: Buffer.from('tenant_a:user:7') })).toMatchObject({
    orderingKey: 'user:7',
  })
})

test.each([null, Buffer.from(''), Buffer.from('foreign'), Buffer.from('tenant_b:x')])(
  'a record with the foreign key %p is an event without an ordering key',
  (key) => {
    expect(judge({}, { key })).toMatchObject({ kind: 'event', orderingKey: undefined })
  },
)

test('an ordering key that Postgres would refuse is made storable', () => {
  expect(judge({}, { key: Buffer.from('tenant_a:a\0b') })).toMatchObject({
    orderingKey: 'a\ufffdb',
  })
})

test.each(['k', 'k'.repeat(255), ' ', `"'\\:{}*`])('the idempotency key may be %p', (key) => {
  expect(judge({ idempotency_key: key })).toMatchObject({ kind: 'event', idempotencyKey: key })
})

describe('an event that is not valid', () => {
  test.each([[undefined], [null], [1], ['x'], [[]]])(
    'because it is %p is a dead letter',
    (event) => {
      expect(reasonOf({ event })).toMatchObject({ code: 'VALIDATION_FAILED', stage: 'validate' })
    },
  )

  test.each([
    anEventWithout('event_id', 'payload'),
    anEvent({ schema_version: 1.5 }),
    anEvent({ occurred_at: '2026-02-30T00:00:00Z' }),
    anEvent({ payload: { a: '\0' } }),
    anEvent({ payload: { '\ud83d': 1 }, event_type: '' }),
    anEvent({ extra: '\ude42' }),
    anEvent({ note: '\\u0000' }),
    anEvent(),
  ])('is dead for exactly what the door warned of: %p', (event) => {
    const sent = JSON.stringify(event)
    const warnings = findingsIn(JSON.parse(sent), sent)
    const given = {
      tenantId: 'tenant_a',
      receivedAt: '2026-01-02T19:59:59.000Z',
      requestId: 'req_1',
      idempotencyKey: 'key_1',
    }
    const reason = reasonOf(recordValue(given, Buffer.from(sent)))
    expect(reason?.path).toBe(warnings[0]?.path)
    expect(reason?.sentence.toWellFormed()).toBe(
      warnings.length === 0 ? undefined : warnings.map(({ message }) => message).join('; '),
    )
  })

  test('still tells its id and type, where they can be read', () => {
    expect(judge({ event: anEvent({ payload: 1 }) })).toMatchObject({
      kind: 'dead',
      eventId: 'evt_1',
      eventType: 'user_login',
    })
    const unfit = anEvent({ event_id: 'a\0', event_type: 'x'.repeat(256) })
    expect(judge({ event: unfit })).toMatchObject({ eventId: undefined, eventType: undefined })
  })
})

test('what the store refuses is the same record as a dead letter', () => {
  const judged = judge()
  const refused = refusedByStore(judged, 'numeric field overflow')
  expect(refused).toMatchObject({
    kind: 'dead',
    offset: judged.offset,
    idempotencyKey: judged.idempotencyKey,
    fingerprint: judged.fingerprint,
    value: judged.value,
    reason: { code: 'VALUE_REFUSED', class: 'invalid', stage: 'store' },
  })
})
