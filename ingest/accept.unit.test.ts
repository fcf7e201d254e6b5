import { describe, expect, test } from 'bun:test'
import { anEvent } from '../contracts/builders.ts'
import { fingerprintOf } from '../contracts/fingerprint.ts'
import { accept, type EventContext } from './accept.ts'
import { aContext, anEventsBytes } from './builders.ts'

const accepted = (event: Buffer, context: Partial<EventContext> = {}) => {
  const decision = accept(event, aContext(context))
  if (decision.kind === 'refused') throw new Error(`refused: ${decision.code}`)
  return decision
}
const codeOf = (event: Buffer, context: Partial<EventContext> = {}) => {
  const decision = accept(event, aContext(context))
  return decision.kind === 'refused' ? decision.code : decision.kind
}

test('a valid event is acceptable, with its key and no warnings', () => {
  expect(accept(anEventsBytes(), aContext())).toMatchObject({
    kind: 'acceptable',
    idempotencyKey: 'key_1',
    orderedBy: 'key_1',
    warnings: [],
  })
})

describe('idempotency key', () => {
  const none = { idempotencyKey: '' }

  test('is required', () => {
    expect(codeOf(anEventsBytes(), none)).toBe('IDEMPOTENCY_KEY_REQUIRED')
  })

  test('may stand in the event, and as a last resort be its id; what the door was given goes first', () => {
    const own = anEventsBytes({ idempotency_key: 'own' })
    const orItsId = { ...none, keyOfLastResort: 'event_id' } as const
    expect(accepted(own, none).idempotencyKey).toBe('own')
    expect(accepted(own, orItsId).idempotencyKey).toBe('own')
    expect(accepted(own).idempotencyKey).toBe('key_1')
    expect(accepted(anEventsBytes(), orItsId).idempotencyKey).toBe('evt_1')
  })

  test.each([
    [1, 'IDEMPOTENCY_KEY_INVALID'],
    [null, 'IDEMPOTENCY_KEY_REQUIRED'],
    [['k'], 'IDEMPOTENCY_KEY_INVALID'],
    ['', 'IDEMPOTENCY_KEY_INVALID'],
    ['a\n', 'IDEMPOTENCY_KEY_INVALID'],
    ['k'.repeat(256), 'IDEMPOTENCY_KEY_INVALID'],
  ] as const)('in the event may not be %p', (idempotency_key, code) => {
    expect(codeOf(anEventsBytes({ idempotency_key }), none)).toBe(code)
  })

  test.each([
    [{ event_id: undefined }, 'IDEMPOTENCY_KEY_REQUIRED'],
    [{ event_id: null }, 'IDEMPOTENCY_KEY_REQUIRED'],
    [{ event_id: 7 }, 'IDEMPOTENCY_KEY_INVALID'],
    [{ event_id: 'évt' }, 'IDEMPOTENCY_KEY_INVALID'],
    [{ event_id: 'k'.repeat(256) }, 'IDEMPOTENCY_KEY_INVALID'],
    [{ idempotency_key: '' }, 'IDEMPOTENCY_KEY_INVALID'],
    [{ idempotency_key: 7 }, 'IDEMPOTENCY_KEY_INVALID'],
  ] as const)(
    'as a last resort may not come from %j, and no header is asked for',
    (given, code) => {
      const decision = accept(
        anEventsBytes(given),
        aContext({ ...none, keyOfLastResort: 'event_id' }),
      )
      expect(decision).toMatchObject({ code, message: expect.stringContaining('or an event_id') })
    },
  )

  test.each(['k', 'k'.repeat(255), 'a:b', '{a}*', 'a b', `"'\\`, '../..', '~'])(
    'may be %p',
    (key) => {
      expect(accepted(anEventsBytes(), { idempotencyKey: key }).idempotencyKey).toBe(key)
    },
  )

  test.each([
    'k'.repeat(256),
    'k'.repeat(10_240),
    'a\r\nb',
    'a\n',
    'a\tb',
    'a\0',
    'ä',
    '🙂',
    '\x7f',
  ])('may not be %p', (key) => {
    expect(codeOf(anEventsBytes(), { idempotencyKey: key })).toBe('IDEMPOTENCY_KEY_INVALID')
  })
})

describe('ordering key', () => {
  test('orders the event where it is given', () => {
    expect(accepted(anEventsBytes(), { orderingKey: 'user-7' }).orderedBy).toBe('user-7')
  })

  test.each(['k'.repeat(256), 'a\n', 'ä', '\0'])('may not be %p', (orderingKey) => {
    expect(codeOf(anEventsBytes(), { orderingKey })).toBe('ORDERING_KEY_INVALID')
  })
})

describe('the event', () => {
  test.each([
    ' {"a" : 1.0}\n',
    '{"a":12345678901234567890}',
    '{"a":1,"a":2}',
    '{"ü":"\\u0000 🙂"}',
  ])('%p is kept byte for byte', (body) => {
    expect(accepted(Buffer.from(body)).event.toString()).toBe(body)
  })

  test('has the same fingerprint with other white space and another one with another spelling', () => {
    const spellings = ['{"a":1}', ' {\t"a" :\r\n1 } ', '{"a":1.0}']
    const prints = spellings.map((body) => accepted(Buffer.from(body)).fingerprint)
    expect(prints[1]).toBe(String(prints[0]))
    expect(prints[2]).not.toBe(String(prints[0]))
    expect(prints[0]).toBe(fingerprintOf(Buffer.from('{"a":1}')))
  })

  test('that cannot be stored is acceptable all the same, with warnings that say why', () => {
    const body = JSON.stringify(anEvent({ schema_version: 0, payload: { a: '\0' } }))
    expect(accepted(Buffer.from(body)).warnings.map(({ code, path }) => [code, path])).toEqual([
      ['FIELD_INVALID', '/schema_version'],
      ['TEXT_UNSTORABLE', '/payload/a'],
    ])
  })

  test('that cannot be stored is refused at once where the tenant is strict, with the same findings', () => {
    const event = anEventsBytes({ schema_version: 0 })
    const { warnings } = accepted(event)
    expect(warnings).toHaveLength(1)
    expect(accept(event, aContext({ validation: 'strict' }))).toEqual({
      kind: 'refused',
      code: 'INVALID_EVENT',
      findings: warnings,
    })
    expect(codeOf(anEventsBytes(), { validation: 'strict' })).toBe('acceptable')
  })

  test('may hold the two characters backslash and u without a warning', () => {
    const body = JSON.stringify(anEvent({ payload: { path: 'C:\\users\\u0000' } }))
    expect(accepted(Buffer.from(body)).warnings).toEqual([])
  })
})
