import { describe, expect, test } from 'bun:test'
import { eventText, keyOf, numberOf } from './events.ts'

const of = { run: 'abc1', seed: 42, startedMs: 1_767_384_000_000 }
const text = (number: number, revision: 0 | 1 = 0, kind = 0) =>
  eventText(of, { number, kind, revision })

describe('an event', () => {
  test('is the same whenever it is made', () => {
    expect(text(12)).toBe(text(12))
  })

  test('differs from any other, and from its other revision', () => {
    const texts = Array.from({ length: 1000 }, (_, number) => [text(number), text(number, 1)])
    expect(new Set(texts.flat()).size).toBe(2000)
  })

  test('depends on the seed and the run', () => {
    const other = (change: object) =>
      eventText({ ...of, ...change }, { number: 1, kind: 0, revision: 0 })
    expect(other({ seed: 43 })).not.toBe(text(1))
    expect(other({ run: 'abc2' })).not.toBe(text(1))
  })

  test('carries a 20-digit integer, which a floating-point number would change', () => {
    for (let number = 0; number < 100; number++)
      expect(/"serial":(\d+)/.exec(text(number))?.[1]).toMatch(/^1\d{19}$/)
  })

  test('is sometimes written in more than Latin letters', () => {
    expect(Buffer.byteLength(text(8))).toBeGreaterThan(text(8).length)
  })
})

describe('a key', () => {
  test('leads back to its number', () => {
    for (const number of [0, 7, 4_000_000_000])
      expect(numberOf('abc1', keyOf('abc1', number))).toBe(number)
  })

  test.each([
    'load-abc1-',
    'load-abc1-x',
    'load-abc1-01',
    'load-abc1-1.5',
    'load-abc1--1',
    'load-other-1',
  ])('%s is none of the run', (key) => {
    expect(numberOf('abc1', key)).toBeUndefined()
  })
})
