import { describe, expect, test } from 'bun:test'
import { objectTokens, spaced } from '../../contracts/builders.ts'
import { seeded } from '../../contracts/seeded.ts'
import { isSameJson } from './exact-json.ts'

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
    expect(isSameJson(one, other)).toBe(true)
  })

  test.each(different)('%s and %s mean different things', (one, other) => {
    expect(isSameJson(one, other)).toBe(false)
  })

  test('that differ in white space alone mean the same', () => {
    const random = seeded(11)
    for (let i = 0; i < 300; i++) {
      const tokens = objectTokens(random)
      expect(isSameJson(spaced(tokens, random), tokens.join(''))).toBe(true)
    }
  })
})

test.each(['', '{', '[1,]', '{"a":01}', 'x'])('%p is not JSON, so it means nothing', (text) => {
  expect(isSameJson(text, text)).toBe(false)
  expect(isSameJson(text, ` ${text}`)).toBe(false)
})
