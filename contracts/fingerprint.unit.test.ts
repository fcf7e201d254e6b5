import { expect, test } from 'bun:test'
import { jsonTokens, spaced } from './builders.ts'
import { fingerprintOf, isFingerprint } from './fingerprint.ts'
import { jsonShape } from './json-bytes.ts'
import { seeded } from './seeded.ts'

const fingerprint = (text: string) => fingerprintOf(jsonShape(Buffer.from(text)).compact)

test.each([
  ['1', '1.0'],
  ['12345678901234567890', '12345678901234567891'],
  ['0.1', '0.10'],
  ['1e2', '100'],
  ['{"a":1,"b":2}', '{"b":2,"a":1}'],
  ['{"a":1}', '{"a":1,"a":1}'],
  ['"a b"', '"ab"'],
  ['"a"', '"\\u0061"'],
  ['"a"', '"A"'],
  ['[]', '{}'],
])('%p and %p are two events', (one, other) => {
  expect(fingerprint(one)).not.toBe(fingerprint(other))
})

test('white space outside strings changes nothing, for 1000 generated texts', () => {
  const random = seeded(4)
  for (let i = 0; i < 1000; i++) {
    const tokens = jsonTokens(random)
    expect(fingerprint(spaced(tokens, random))).toBe(fingerprint(spaced(tokens, random)))
  }
})

test('is the first half of SHA-256 in hexadecimal digits', () => {
  // FIPS 180-4's own example: SHA-256 of "abc".
  expect(fingerprintOf(Buffer.from('abc'))).toBe('ba7816bf8f01cfea414140de5dae2223')
})

test('what fingerprintOf returns is a fingerprint', () => {
  expect(isFingerprint(fingerprint('{}'))).toBe(true)
})

const digits = '0123456789abcdef'.repeat(2)

test.each([
  '',
  digits.slice(1),
  `${digits}0`,
  digits.toUpperCase(),
  `${digits}\n`,
  `\n${digits}`,
  digits.replace('0', 'g'),
  digits.replace('0', ' '),
])('%p is not a fingerprint', (text) => {
  expect(isFingerprint(text)).toBe(false)
})
