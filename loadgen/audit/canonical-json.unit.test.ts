import { describe, expect, test } from 'bun:test'
import { objectTokens, seeded, spaced } from '../../contracts/build.ts'
import { canonicalJson } from './canonical-json.ts'

const same: [string, string][] = [
  ['{"a":1,"b":2}', ' { "b" : 2 , "a" : 1 } '],
  ['"\\u00e9\\/"', '"é/"'],
  ['[1e2,-0,1.50,0.5e-3]', '[100.0,0,15e-1,0.0005]'],
  ['{"a":1,"a":2}', '{"a":2}'],
  ['12345678901234567890.10', '12345678901234567890.1'],
]

const different: [string, string][] = [
  ['12345678901234567890', '12345678901234567891'],
  ['0.1234567890123456789', '0.1234567890123456788'],
  ['1', '"1"'],
  ['"1e2"', '"100"'],
  ['1', '-1'],
  ['10', '100'],
  ['[1,2]', '[2,1]'],
  ['null', '{}'],
  ['{"a":null}', '{}'],
  ['"n1e0"', '1'],
  ['"\\\\"', '"\\""'],
]

describe('two texts', () => {
  test.each(same)('%s and %s mean the same', (one, other) => {
    expect(canonicalJson(one)).toBe(canonicalJson(other))
  })

  test.each(different)('%s and %s mean different things', (one, other) => {
    expect(canonicalJson(one)).not.toBe(canonicalJson(other))
  })

  test('that differ in white space alone mean the same', () => {
    const random = seeded(11)
    for (let i = 0; i < 300; i++) {
      const tokens = objectTokens(random)
      expect(canonicalJson(spaced(tokens, random))).toBe(canonicalJson(tokens.join('')))
    }
  })
})

test.each(['', '{', '[1,]', '{"a":01}', 'x'])('%p is not JSON', (text) => {
  expect(() => canonicalJson(text)).toThrow()
})
