import { describe, expect, test } from 'bun:test'
import { acceptBinary } from '../accept.ts'
import { aContext } from '../builders.ts'
import { aCloudEvent, acceptable, decided, textOf, warningsOf } from './builders.ts'

const required = {
  specversion: '1.0',
  id: 'A234',
  source: '/orders',
  type: 'com.example.order.placed',
}
const binary = (
  headers: Readonly<Record<string, string>> | (readonly [string, string])[],
  body: string | Uint8Array = '',
  contentType = 'application/json',
) =>
  acceptBinary(
    { contentType, headers: Array.isArray(headers) ? headers : Object.entries(headers) },
    Buffer.from(body as string),
    aContext({ idempotencyKey: '' }),
  )
const envelope = (...given: Parameters<typeof binary>) => JSON.parse(textOf(binary(...given)))

test('attributes are headers, and the body is the data', () => {
  const headers = { ...required, time: '2026-01-02T20:00:00Z', subject: 'o-1', more: '5' }
  expect(envelope(headers, '{"total": 1}', 'application/json')).toEqual({
    event_id: 'A234',
    event_type: 'com.example.order.placed',
    schema_version: 1,
    occurred_at: '2026-01-02T20:00:00Z',
    payload: { total: 1 },
    cloudevent: {
      ...{ specversion: '1.0', source: '/orders', subject: 'o-1', more: '5' },
      datacontenttype: 'application/json',
    },
  })
  expect(textOf(binary(headers, '{"total": 12345678901234567890}'))).toContain(
    '"total":12345678901234567890}',
  )
  expect(acceptable(binary(headers)).idempotencyKey).toBe('/orders A234')
})

describe('a header', () => {
  const subject = (value: string) => envelope({ ...required, subject: value }).cloudevent.subject

  test.each([
    ['Euro%20%E2%82%AC%20%F0%9F%98%80', 'Euro € 😀'],
    ['%e2%82%ac', '€'],
    ['%41%42', 'AB'],
    ['100%25', '100%'],
    ['%2541', '%41'],
    ['a b', 'a b'],
    ['"a b"', 'a b'],
    ['"a \\"b\\" \\\\ c"', 'a "b" \\ c'],
    ['"%22"', '"'],
    ['"half', '"half'],
    ['a+b', 'a+b'],
  ])('of %s has the value %s', (value, expected) => {
    expect(subject(value)).toBe(expected)
  })

  test.each(['%C0%A0', '%ED%A0%80', '%', '100%', '%zz', '%E2%82', 'a\ufffd'])(
    'of %s is refused, as it is not percent-encoded UTF-8',
    (value) => {
      expect(binary({ ...required, subject: value })).toMatchObject({
        code: 'CLOUDEVENT_INVALID',
        message: expect.stringContaining('ce-subject'),
      })
    },
  )

  test('that is there twice is refused', () => {
    expect(binary([...Object.entries(required), ['id', 'B']])).toMatchObject({
      code: 'CLOUDEVENT_INVALID',
      message: 'There are two headers ce-id',
    })
  })

  test('of the data’s type is refused: that is Content-Type', () => {
    expect(binary({ ...required, datacontenttype: 'text/plain' })).toMatchObject({
      code: 'CLOUDEVENT_INVALID',
    })
  })

  test.each([
    [{ 'foo-bar': 'x' }, 'FIELD_INVALID /foo-bar'],
    [{ data: 'x' }, 'FIELD_INVALID /data'],
    [{ specversion: '0.3' }, 'FIELD_INVALID /specversion'],
    [{ time: 'now' }, 'FIELD_INVALID /time'],
    [{ source: 'a%20b' }, 'FIELD_INVALID /source'],
    [{ subject: '%0A' }, 'FIELD_INVALID /subject'],
  ])('that gives the attribute %j is told: %s', (given: Record<string, string>, warning) => {
    expect(warningsOf(binary({ ...required, ...given }))).toEqual([warning])
  })

  test.each(['id', 'source'] as const)('is missing for the key: %s', (name) => {
    const { [name]: _, ...rest } = required
    expect(binary(rest)).toMatchObject({ code: 'IDEMPOTENCY_KEY_REQUIRED' })
  })
})

describe('data', () => {
  const payload = (body: string | Uint8Array, contentType: string) =>
    envelope(required, body, contentType).payload

  test.each(['application/json', 'application/json; charset=utf-8', 'Application/Geo+JSON'])(
    'of the type %s is a JSON value',
    (type) => {
      expect(payload('{"a":1}', type)).toEqual({ a: 1 })
      expect(payload(' "text" ', type)).toEqual({ data: 'text' })
      expect(payload('null', type)).toEqual({ data: null })
      expect(payload('', type)).toEqual({})
      expect(binary(required, 'hello', type)).toMatchObject({ code: 'INVALID_JSON' })
      expect(binary(required, Buffer.from('"\xff"', 'latin1'), type)).toMatchObject({
        code: 'INVALID_JSON',
      })
    },
  )

  test.each([
    'text/plain',
    'text/csv; charset=UTF-8',
    'application/xml',
    'image/svg+xml',
    'application/x-www-form-urlencoded',
  ])('of the type %s is text', (type) => {
    expect(payload('<é "x">', type)).toEqual({ data: '<é "x">' })
    expect(payload(Buffer.from('é', 'latin1'), type)).toEqual({ data_base64: '6Q==' })
  })

  test.each([
    '',
    'application/octet-stream',
    'application/vnd.apache.thrift.binary',
    'text/plain; charset=iso-8859-1',
    'application/json; charset=utf-16',
  ])('of the type %p is bytes', (type) => {
    expect(payload('{ "xyz": 123 }', type)).toEqual({ data_base64: 'eyAieHl6IjogMTIzIH0=' })
  })

  test('that would be six times as long as text is bytes', () => {
    const controls = '\u0001'.repeat(1000)
    expect(payload(controls, 'text/plain')).toEqual({
      data_base64: Buffer.from(controls).toString('base64'),
    })
  })

  test('without a type has none', () => {
    expect(envelope(required, 'x', '').cloudevent).not.toHaveProperty('datacontenttype')
  })

  test('may be nested as deep as in any event', () => {
    const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`
    expect(binary(required, nested(63)).kind).toBe('acceptable')
    expect(binary(required, nested(64))).toMatchObject({ code: 'TOO_DEEP' })
    expect(binary(required, nested(100_000))).toMatchObject({ code: 'TOO_DEEP' })
  })
})

test.each([
  ['{"total":1.50,"n":12345678901234567890}', 'application/json'],
  ['"text"', 'application/json; charset=utf-8'],
  ['<much wow="xml"/>', 'application/xml'],
])('%s is the same event as in structured mode', (body, contentType) => {
  const attributes = { ...required, time: '2026-01-02T20:00:00Z', subject: 'é', n: '5' }
  const data = contentType.includes('json') ? body : JSON.stringify(body)
  const { data: _, ...rest } = aCloudEvent({ subject: 'é', n: 5, datacontenttype: contentType })
  const structured = `${JSON.stringify(rest).slice(0, -1)},"data": ${data}}`
  const one = acceptable(binary({ ...attributes, subject: '%C3%A9' }, body, contentType))
  const other = acceptable(decided(structured, { format: 'cloudevent' }))
  expect(one.event.toString()).toBe(other.event.toString())
  expect([one.fingerprint, one.idempotencyKey]).toEqual([other.fingerprint, other.idempotencyKey])
})
