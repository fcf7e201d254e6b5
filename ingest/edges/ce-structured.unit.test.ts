import { describe, expect, test } from 'bun:test'
import { aCloudEvent, acceptable, decided, textOf, warningsOf } from './builders.ts'

const structured = { format: 'cloudevent' } as const
const ofText = (text: string) => decided(text, structured)
const of = (given: Readonly<Record<string, unknown>> = {}) =>
  decided(aCloudEvent(given), structured)
const envelope = (given: Readonly<Record<string, unknown>> = {}) => JSON.parse(textOf(of(given)))

test('id, type, time and data are the envelope’s, all other attributes are kept by name', () => {
  const others = {
    subject: 'o-1',
    dataschema: 'https://example.com/order.json',
    partitionkey: 'o-1',
    traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
    extension: 'ö',
  }
  expect(envelope(others)).toEqual({
    event_id: 'A234',
    event_type: 'com.example.order.placed',
    schema_version: 1,
    occurred_at: '2026-01-02T20:00:00Z',
    payload: { total: 1 },
    cloudevent: {
      ...others,
      specversion: '1.0',
      source: '/orders',
      datacontenttype: 'application/json',
    },
  })
  expect(warningsOf(of(others))).toEqual([])
})

describe('attributes', () => {
  test('are canonical strings; an integer has the digits that it was sent with', () => {
    const sent =
      '{"specversion":"1.0","id":"1","source":"/s","type":"t","n":12345678901234567890,"m":-0,"b":true,"c":false}'
    expect(JSON.parse(textOf(ofText(sent))).cloudevent).toEqual({
      ...{ specversion: '1.0', source: '/s' },
      ...{ n: '12345678901234567890', m: '-0', b: 'true', c: 'false' },
    })
    expect(warningsOf(ofText(sent))).toEqual([])
  })

  test('that are null are not there', () => {
    expect(envelope({ subject: null, time: null, more: null })).not.toMatchObject({
      occurred_at: expect.anything(),
    })
    expect(envelope({ subject: null }).cloudevent).not.toHaveProperty('subject')
    expect(warningsOf(of({ subject: null, time: null, more: null }))).toEqual([])
    expect(of({ id: null })).toMatchObject({ code: 'IDEMPOTENCY_KEY_REQUIRED' })
  })

  test.each([
    [{ more: 1.5 }, 'FIELD_INVALID /more'],
    [{ more: [1] }, 'FIELD_INVALID /more'],
    [{ More: 'x' }, 'FIELD_INVALID /More'],
    [{ specversion: '0.3' }, 'FIELD_INVALID /specversion'],
    [{ specversion: 1 }, 'FIELD_INVALID /specversion'],
    [{ partitionkey: 7 }, 'FIELD_INVALID /partitionkey'],
    [{ subject: true }, 'FIELD_INVALID /subject'],
    [{ specversion: undefined }, 'FIELD_MISSING /specversion'],
    [{ time: 'now' }, 'FIELD_INVALID /time'],
    [{ type: undefined }, 'FIELD_MISSING /type'],
    [{ type: '' }, 'FIELD_INVALID /type'],
    [{ source: 'my orders' }, 'FIELD_INVALID /source'],
    [{ data: { text: 'a\0b' } }, 'TEXT_UNSTORABLE /data/text'],
    [{ data_base64: 'AAAA' }, 'FIELD_INVALID /data_base64'],
    [{ data: undefined, data_base64: 'no base64' }, 'FIELD_INVALID /data_base64'],
    [{ data: undefined, data_base64: 7 }, 'FIELD_INVALID /data_base64'],
  ])('as %j are kept, and told: %s', (given, warning) => {
    expect(warningsOf(of(given))).toEqual([warning])
    expect(decided(aCloudEvent(given), { ...structured, validation: 'strict' })).toMatchObject({
      code: 'INVALID_EVENT',
    })
  })
})

describe('data', () => {
  const payload = (given: Readonly<Record<string, unknown>>) => {
    const { payload: it, cloudevent } = envelope({ data: undefined, ...given })
    return [it, cloudevent.datacontenttype]
  }

  test('that is an object is the payload, byte for byte but white space', () => {
    const sent =
      '{"specversion":"1.0","id":"1","source":"/s","type":"t","data":{"n": 12345678901234567890, "x":1.0}}'
    expect(textOf(ofText(sent))).toContain('"payload":{"n":12345678901234567890,"x":1.0},')
  })

  test.each([['text'], [1.5], [true], [null], [[1, 2]]])('that is %j is a member of it', (data) => {
    expect(payload({ data })).toEqual([{ data }, 'application/json'])
  })

  test('that is text of another type is a member too', () => {
    const xml = { data: '<much wow="xml"/>', datacontenttype: 'application/xml' }
    expect(payload(xml)).toEqual([{ data: '<much wow="xml"/>' }, 'application/xml'])
  })

  test.each([
    ['application/json', '{"n": 12345678901234567890}', '{"n":12345678901234567890}'],
    ['application/json', ' [1] ', '{"data":[1]}'],
    ['text/plain', 'é', '{"data":"é"}'],
    ['application/json', 'no JSON', '{"data_base64":"bm8gSlNPTg=="}'],
    ['image/png', '\0', '{"data_base64":"AA=="}'],
    ['image/png', '', '{}'],
  ])('in base64 of the type %s is as in binary mode: %p', (datacontenttype, data, payload) => {
    const data_base64 = Buffer.from(data).toString('base64')
    const decision = of({ data: undefined, datacontenttype, data_base64 })
    expect(textOf(decision)).toContain(`"payload":${payload},`)
    expect(warningsOf(decision)).toEqual([])
  })

  test('in base64 without a type stays what it is', () => {
    expect(payload({ data_base64: 'eyAieHl6IjogMTIzIH0=' })).toEqual([
      { data_base64: 'eyAieHl6IjogMTIzIH0=' },
      undefined,
    ])
    expect(payload({ data_base64: 'AAAA', data: undefined })[0]).toEqual({ data_base64: 'AAAA' })
    expect(warningsOf(of({ data: undefined, data_base64: null }))).toEqual([])
  })

  test('that is not there is an empty payload', () => {
    expect(payload({})).toEqual([{}, undefined])
  })

  test.each([
    ['Application/JSON; charset="UTF-8"', 'application/json'],
    ['application/geo+json;charset=utf-8', 'application/geo+json'],
    ['application/json; charset=latin1', 'application/json; charset=latin1'],
    ['Text/CSV; header=present', 'Text/CSV; header=present'],
  ])('of the type %p is kept as of %p', (datacontenttype, kept) => {
    expect(payload({ data: {}, datacontenttype })).toEqual([{}, kept])
  })
})

describe('its key', () => {
  const key = (given: Readonly<Record<string, unknown>>) => acceptable(of(given)).idempotencyKey

  test('is its source and its id, with a space between', () => {
    expect(key({})).toBe('/orders A234')
    expect(key({ id: 'A 234' })).toBe('/orders A 234')
  })

  test.each([
    ['too long', { id: 'x'.repeat(249) }],
    ['not printable ASCII', { id: 'é' }],
    ['ambiguous', { source: '/orders A', id: '234' }],
  ])('where that would be %s is a hash of both', (_, given) => {
    expect(key(given)).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(key(given)).toBe(key(given))
    expect(key(given)).not.toBe(key({ ...given, id: `${given.id}x` }))
    expect(key(given)).not.toBe(key({ ...given, source: '/other' }))
  })

  test('is as long as keys may be before it is a hash', () => {
    expect(key({ id: 'x'.repeat(247) })).toHaveLength(255)
    expect(key({ id: 'x'.repeat(248) })).toStartWith('sha256:')
  })

  test('gives way to one that was given, and to an idempotency_key', () => {
    const given = { ...structured, idempotencyKey: 'given' }
    expect(acceptable(decided(aCloudEvent(), given)).idempotencyKey).toBe('given')
    expect(key({ idempotency_key: 'own' })).toBe('own')
    expect(envelope({ idempotency_key: 'own' })).toMatchObject({ idempotency_key: 'own' })
    expect(key({ idempotency_key: null })).toBe('/orders A234')
    expect(of({ idempotency_key: 7 })).toMatchObject({ code: 'IDEMPOTENCY_KEY_INVALID' })
  })

  test.each([
    [{ id: undefined }, 'IDEMPOTENCY_KEY_REQUIRED'],
    [{ source: undefined }, 'IDEMPOTENCY_KEY_REQUIRED'],
    [{ id: '' }, 'IDEMPOTENCY_KEY_INVALID'],
    [{ id: 7 }, 'IDEMPOTENCY_KEY_INVALID'],
    [{ source: {} }, 'IDEMPOTENCY_KEY_INVALID'],
  ])('cannot come from %j: %s', (given, code) => {
    expect(of(given)).toMatchObject({ code, message: expect.stringContaining('source and an id') })
    expect(decided(aCloudEvent(given), { ...structured, idempotencyKey: 'k' }).kind).toBe(
      'acceptable',
    )
  })
})

test('its partition key orders it, as its hash where it can be no ordering key', () => {
  expect(acceptable(of({ partitionkey: 'o-1' })).orderedBy).toBe('o-1')
  expect(acceptable(of({ partitionkey: 'ö' })).orderedBy).toMatch(/^sha256:/)
  expect(acceptable(of({ partitionkey: 7 })).orderedBy).toBe('/orders A234')
  expect(acceptable(of({ partitionkey: '' })).orderedBy).toBe('/orders A234')
  expect(acceptable(of()).orderedBy).toBe('/orders A234')
  const given = { ...structured, orderingKey: 'mine' }
  expect(acceptable(decided(aCloudEvent({ partitionkey: 'o-1' }), given)).orderedBy).toBe('mine')
})

test('its trace context goes on when it is one', () => {
  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`
  expect(acceptable(of({ traceparent })).traceparent).toBe(traceparent)
  expect(acceptable(of({ traceparent: 'x' })).traceparent).toBeUndefined()
})

test('the order of its attributes and its white space make no other event', () => {
  const print = (text: string) => acceptable(ofText(text)).fingerprint
  const { data, ...rest } = aCloudEvent()
  expect(print(JSON.stringify({ data, more: true, ...rest }, null, 2))).toBe(
    print(JSON.stringify({ ...rest, more: 'true', datacontenttype: 'application/json', data })),
  )
  expect(print(JSON.stringify({ ...rest, data }))).not.toBe(
    print(JSON.stringify({ ...rest, data, more: 1 })),
  )
})

test.each(['[]', '1', '{', ''])('%j is refused as any event is', (text) => {
  expect(ofText(text).kind).toBe('refused')
})
