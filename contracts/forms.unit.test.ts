import { describe, expect, test } from 'bun:test'
import { anEvent } from './builders.ts'
import { aFlatEvent } from './commerce/builders.ts'
import { envelopeOf, findingsIn } from './envelope.ts'
import { formOf, pathAsSent } from './forms.ts'

const found = (event: object) =>
  findingsIn(event, JSON.stringify(event)).map(({ code, path }) => `${code} ${path}`)

test.each([
  [anEvent(), 'envelope'],
  [{ ...anEvent(), cloudevent: 'x' }, 'envelope'],
  [{ ...anEvent(), cloudevent: null }, 'envelope'],
  [{ ...anEvent(), cloudevent: [] }, 'envelope'],
  [{ ...anEvent(), flat_event: 'true' }, 'envelope'],
  [{ ...anEvent(), cloudevent: {} }, 'cloudevent'],
  [{ ...anEvent(), flat_event: true }, 'flat'],
] as const)('%j is written as %s', (event, form) => {
  expect(formOf(event)).toBe(form)
})

test.each([
  ['envelope', '/payload/a', '/payload/a'],
  ['cloudevent', '/event_id', '/id'],
  ['cloudevent', '/payload/a/0', '/data/a/0'],
  ['cloudevent', '/cloudevent/subject', '/subject'],
  ['cloudevent', '', ''],
  ['flat', '/event_type', '/eventType'],
  ['flat', '/occurred_at', '/timestamp'],
  ['flat', '/payload/email', '/email'],
  ['flat', '/payload/a~1b/0', '/a~1b/0'],
  ['flat', '/payload', ''],
  ['flat', '/idempotency_key', '/idempotency_key'],
] as const)('in the form %s, %p was sent as %p', (form, path, sent) => {
  expect(pathAsSent(form, path)).toBe(sent)
})

describe('a CloudEvent in its envelope', () => {
  const attributes = { specversion: '1.0', source: '/orders' }
  const cloudEvent = (given: object = {}, more: Readonly<Record<string, unknown>> = {}) => ({
    ...anEvent(more),
    cloudevent: { ...attributes, ...given },
  })

  test('has nothing wrong, with every attribute and extension', () => {
    const all = {
      subject: 'o-1',
      dataschema: 'https://example.com/order.json',
      datacontenttype: 'application/json; charset=utf-8',
      partitionkey: 'ö',
      traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
      anything: '',
      n1: '5',
    }
    expect(found(cloudEvent())).toEqual([])
    expect(found(cloudEvent(all))).toEqual([])
  })

  test('need not say when it occurred: then it did when it was received', () => {
    const { occurred_at: _, ...event } = cloudEvent()
    expect(found(event)).toEqual([])
    expect(envelopeOf(event, '2026-01-01T00:00:00.000Z').occurred_at).toBe(
      '2026-01-01T00:00:00.000Z',
    )
    const said = cloudEvent()
    expect(envelopeOf(said, '2026-01-01T00:00:00.000Z')).toBe(said)
  })

  test.each([
    [{}, { event_id: '' }, 'FIELD_INVALID /id'],
    [{}, { event_type: 7 }, 'FIELD_INVALID /type'],
    [{}, { occurred_at: 'yesterday' }, 'FIELD_INVALID /time'],
    [{ specversion: '0.3' }, {}, 'FIELD_INVALID /specversion'],
    [{ source: '' }, {}, 'FIELD_INVALID /source'],
    [{ source: 'my orders' }, {}, 'FIELD_INVALID /source'],
    [{ source: '/a%2' }, {}, 'FIELD_INVALID /source'],
    [{ source: 7 }, {}, 'FIELD_INVALID /source'],
    [{ subject: '' }, {}, 'FIELD_INVALID /subject'],
    [{ subject: 'a\nb' }, {}, 'FIELD_INVALID /subject'],
    [{ dataschema: '/order.json' }, {}, 'FIELD_INVALID /dataschema'],
    [{ datacontenttype: 'json' }, {}, 'FIELD_INVALID /datacontenttype'],
    [{ partitionkey: '' }, {}, 'FIELD_INVALID /partitionkey'],
    [{ more: 1.5 }, {}, 'FIELD_INVALID /more'],
    [{ more: { a: 1 } }, {}, 'FIELD_INVALID /more'],
    [{ more: '\ufdd0' }, {}, 'FIELD_INVALID /more'],
    [{ More: 'x' }, {}, 'FIELD_INVALID /More'],
    [{ 'a/b~c': 'x' }, {}, 'FIELD_INVALID /a~1b~0c'],
    [{ '': 'x' }, {}, 'FIELD_INVALID /'],
    [{ data: 'x' }, {}, 'FIELD_INVALID /data'],
    [{ data_base64: 'x' }, {}, 'FIELD_INVALID /data_base64'],
  ])('with the attributes %j and %j is told in its own names', (given, more, expected) => {
    expect(found(cloudEvent(given, more))).toEqual([expected])
  })

  test.each(['source', 'specversion'] as const)('without %s is told so', (name) => {
    const { [name]: _, ...rest } = attributes
    expect(found({ ...anEvent(), cloudevent: rest })).toEqual([`FIELD_MISSING /${name}`])
  })

  test('of a thousand wrong attributes is told the first twenty', () => {
    const wrong = Array.from({ length: 1000 }, (_, i) => [`Wrong_${i}`, 'x'])
    expect(found(cloudEvent(Object.fromEntries(wrong)))).toHaveLength(20)
  })
})

describe('a flat event in its envelope', () => {
  const flat = (given: object = {}, payload: object = aFlatEvent('UserCreated')) => ({
    ...anEvent({ event_type: 'UserCreated', payload }),
    flat_event: true,
    ...given,
  })

  test('has nothing wrong', () => {
    expect(found(flat())).toEqual([])
  })

  test('is told in its own names what is wrong', () => {
    expect(found(flat({ event_id: undefined, occurred_at: 'now' }))).toEqual([
      'FIELD_INVALID /eventId',
      'FIELD_INVALID /timestamp',
    ])
    expect(found(flat({}, aFlatEvent('UserCreated', { email: '' })))).toEqual([
      'FIELD_INVALID /email',
    ])
    expect(found(flat({}, aFlatEvent('UserCreated', { more: 'a\0b' })))).toEqual([
      'TEXT_UNSTORABLE /more',
    ])
  })

  test('of an unknown type cannot be stored, and an envelope of that type can', () => {
    expect(found(flat({ event_type: 'OrderShipped' }))).toEqual(['FIELD_INVALID /eventType'])
    expect(found(anEvent({ event_type: 'OrderShipped' }))).toEqual([])
    expect(found(anEvent({ event_type: 'UserCreated' }))).toEqual([])
  })
})
