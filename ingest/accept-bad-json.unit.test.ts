import { describe, expect, test } from 'bun:test'
import { anEvent, below } from '../contracts/builders.ts'
import { seeded } from '../contracts/seeded.ts'
import { accept, maxDepth } from './accept.ts'
import { aContext } from './builders.ts'

const codeOf = (body: string | Uint8Array) => {
  const bytes = typeof body === 'string' ? Buffer.from(body) : Buffer.from(body)
  const decision = accept(bytes, aContext())
  return decision.kind === 'refused' ? decision.code : decision.kind
}

test.each([
  '',
  ' ',
  '\n\t\r\n',
  '{',
  '}',
  '{"a":1',
  '{"a":1}}',
  '{"a":1} x',
  '{"a":1} {"b":2}',
  '{"a":1}\n{"b":2}',
  '{"a":1},',
  '{"a":1,}',
  '[1,]',
  '{"a":1} // comment',
  '/* comment */ {"a":1}',
  "{'a':1}",
  '{a:1}',
  '{"a":undefined}',
  '{"a":NaN}',
  '{"a":01}',
  '{"a":1.}',
  '{"a":+1}',
  '{"a":"\n"}',
  '{"a":"\0"}',
  '{"a":"\\x41"}',
  '{"a":"\\u00"}',
  '\u00a0{"a":1}',
  '\ufeff{"a":1}',
  '\ufeff',
  'hello',
])('%p is not JSON', (body) => {
  expect(codeOf(body)).toBe('INVALID_JSON')
})

test.each([
  ['UTF-16, little end first', Buffer.from('{"a":1}', 'utf16le')],
  ['UTF-16 with a byte order mark', Buffer.from('\ufeff{"a":1}', 'utf16le')],
  ['a byte that is never UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
  ['a character that is cut off', Buffer.from('{"a":"🙂').subarray(0, 8)],
  ['a surrogate in three bytes', Buffer.from('7b2261223a22eda0bd227d', 'hex')],
  ['U+0000 in two bytes', Buffer.from('7b2261223a22c080227d', 'hex')],
  ['Latin-1', Buffer.from('{"a":"é"}', 'latin1')],
])('%s is not JSON in UTF-8', (_, body) => {
  expect(codeOf(body)).toBe('INVALID_JSON')
})

test.each(['[]', '[{}]', 'null', '1', '"x"', 'true', ' -0 '])('%p is no object', (body) => {
  expect(codeOf(body)).toBe('NOT_AN_OBJECT')
})

describe('nesting', () => {
  const nested = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`

  test('as deep as the limit is acceptable', () => {
    expect(maxDepth).toBe(64)
    expect(codeOf(nested(64))).toBe('acceptable')
    expect(codeOf('{"a":'.repeat(63).concat('{}', '}'.repeat(63)))).toBe('acceptable')
  })

  test.each([65, 66, 100_000])('of %p levels is too deep', (depth) => {
    expect(codeOf(nested(depth))).toBe('TOO_DEEP')
  })

  test('is not counted in strings', () => {
    expect(codeOf(`{"a":"${'['.repeat(1000)}"}`)).toBe('acceptable')
  })

  test('is counted at once, not in sum', () => {
    expect(codeOf(`{"a":[${'[],'.repeat(1000)}[]]}`)).toBe('acceptable')
  })
})

test('a million-element array and a string of 20 MB are read to their end', () => {
  expect(codeOf(`{"a":[${'1,'.repeat(1_000_000)}1]}`)).toBe('acceptable')
  expect(codeOf(`{"a":"${'x'.repeat(20_000_000)}"}`)).toBe('acceptable')
})

test('whatever bytes come, there is a decision, and what is acceptable parses as an object', () => {
  const random = seeded(5)
  const original = Buffer.from(JSON.stringify(anEvent({ payload: { a: ['\u00e9', '\0', 1.5] } })))
  const seen = new Set<string>()
  for (let i = 0; i < 5000; i++) {
    const body = Buffer.from(original)
    for (let change = below(3, random); change >= 0; change--)
      body[below(body.length, random)] = below(256, random)
    const decision = accept(body, aContext())
    seen.add(decision.kind)
    if (decision.kind === 'acceptable') expect(JSON.parse(body.toString())).toBeObject()
  }
  expect([...seen].sort()).toEqual(['acceptable', 'refused'])
})
