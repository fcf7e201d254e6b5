import { describe, expect, test } from 'bun:test'
import { anEvent } from '../contracts/builders.ts'
import { fingerprintOf } from '../contracts/fingerprint.ts'
import { accept, type EventRequest } from './accept.ts'
import { aRequest, withBody } from './builders.ts'

const accepted = (request: EventRequest) => {
  const decision = accept(request)
  if (decision.kind === 'refused') throw new Error(`refused: ${decision.code}`)
  return decision
}
const codeOf = (request: EventRequest) => {
  const decision = accept(request)
  return decision.kind === 'refused' ? decision.code : decision.kind
}

test('a valid event is acceptable, with its key and no warnings', () => {
  expect(accept(aRequest())).toMatchObject({
    kind: 'acceptable',
    idempotencyKey: 'key_1',
    orderedBy: 'key_1',
    warnings: [],
  })
})

describe('content type', () => {
  test.each([
    'application/json',
    'Application/JSON',
    'application/json;charset=utf-8',
    'application/json; charset=utf-8',
    'application/json ; charset="UTF-8"',
    'application/json;',
    'application/json ',
  ])('%p is JSON', (contentType) => {
    expect(codeOf(aRequest({ contentType }))).toBe('acceptable')
  })

  test.each([
    '',
    'json',
    'text/plain',
    'text/json',
    'application/jsonp',
    'application/x-ndjson',
    'application/json, text/plain',
    'text/plain; application/json',
    'application/json; charset=utf-16',
    'application/json; charset=iso-8859-1',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
  ])('%p is refused', (contentType) => {
    expect(codeOf(aRequest({ contentType }))).toBe('UNSUPPORTED_MEDIA_TYPE')
  })
})

test.each(['', 'identity', 'Identity'])('content encoding %p is taken', (contentEncoding) => {
  expect(codeOf(aRequest({ contentEncoding }))).toBe('acceptable')
})

test.each(['gzip', 'br', 'deflate', 'identity, gzip'])(
  'content encoding %p is refused',
  (given) => {
    expect(codeOf(aRequest({ contentEncoding: given }))).toBe('UNSUPPORTED_MEDIA_TYPE')
  },
)

describe('idempotency key', () => {
  test('is required', () => {
    expect(codeOf(aRequest({ idempotencyKey: '' }))).toBe('IDEMPOTENCY_KEY_REQUIRED')
  })

  test.each(['k', 'k'.repeat(255), 'a:b', '{a}*', 'a b', `"'\\`, '../..', '~'])(
    'may be %p',
    (key) => {
      expect(accepted(aRequest({ idempotencyKey: key })).idempotencyKey).toBe(key)
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
    expect(codeOf(aRequest({ idempotencyKey: key }))).toBe('IDEMPOTENCY_KEY_INVALID')
  })
})

describe('ordering key', () => {
  test('orders the event where it is given', () => {
    expect(accepted(aRequest({ orderingKey: 'user-7' })).orderedBy).toBe('user-7')
  })

  test.each(['k'.repeat(256), 'a\n', 'ä', '\0'])('may not be %p', (orderingKey) => {
    expect(codeOf(aRequest({ orderingKey }))).toBe('ORDERING_KEY_INVALID')
  })
})

test('a body that was too large to read is refused as such', () => {
  expect(codeOf(aRequest({ body: 'too-large' }))).toBe('PAYLOAD_TOO_LARGE')
})

describe('the event', () => {
  test.each([
    ' {"a" : 1.0}\n',
    '{"a":12345678901234567890}',
    '{"a":1,"a":2}',
    '{"ü":"\\u0000 🙂"}',
  ])('%p is kept byte for byte', (body) => {
    expect(accepted(withBody(body)).event.toString()).toBe(body)
  })

  test('has the same fingerprint with other white space and another one with another spelling', () => {
    const spellings = ['{"a":1}', ' {\t"a" :\r\n1 } ', '{"a":1.0}']
    const prints = spellings.map((body) => accepted(withBody(body)).fingerprint)
    expect(prints[1]).toBe(String(prints[0]))
    expect(prints[2]).not.toBe(String(prints[0]))
    expect(prints[0]).toBe(fingerprintOf(Buffer.from('{"a":1}')))
  })

  test('that cannot be stored is acceptable all the same, with warnings that say why', () => {
    const body = JSON.stringify(anEvent({ schema_version: 0, payload: { a: '\0' } }))
    expect(accepted(withBody(body)).warnings.map(({ code, path }) => [code, path])).toEqual([
      ['FIELD_INVALID', '/schema_version'],
      ['TEXT_UNSTORABLE', '/payload/a'],
    ])
  })

  test('may hold the two characters backslash and u without a warning', () => {
    const body = JSON.stringify(anEvent({ payload: { path: 'C:\\users\\u0000' } }))
    expect(accepted(withBody(body)).warnings).toEqual([])
  })
})
