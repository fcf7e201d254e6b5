import { describe, expect, test } from 'bun:test'
import { type } from 'arktype'
import { check, type Measured, parseAssertions } from './assertions.ts'

const measured: Measured = {
  events: 1000,
  avg: 4,
  p50: 3,
  p95: 20,
  p99: 49.9,
  'p99.9': 80,
  max: 100,
  rps: 200,
  errors: 1,
  failed: 1,
  dropped: 0,
  late: 5,
  retried: 2,
  unexpected: 0,
  'rate-limited': 0,
  lost: 0,
  audit: undefined,
}

const asserted = (text: string, given: Partial<Measured> = {}) => {
  const parsed = parseAssertions(text)
  if (parsed instanceof type.errors) throw new Error('not conditions')
  return parsed.map((each) => check(each, { ...measured, ...given }))
}
const holds = (text: string) => asserted(text).map((each) => each.holds)

test('each condition of a list is held against its value', () => {
  expect(holds('p99<50ms, errors<0.1%,lost=0')).toEqual([true, false, true])
})

test.each([
  ['p50=3000us', true],
  ['max<=0.1s', true],
  ['p99.9>80ms', false],
  ['avg>=4ms', true],
  ['rps>150', true],
  ['errors<=0.1%', true],
  ['late<0.5%', false],
  ['retried=2', true],
])('%s: %p', (text, expected) => {
  expect(holds(text)).toEqual([expected])
})

test('what could not be measured does not hold', () => {
  expect(asserted('audit=0')).toEqual([{ text: 'audit=0', holds: false, actual: undefined }])
})

test('nothing was sent: nothing is a share of nothing', () => {
  expect(asserted('errors=0%', { events: 0, errors: 0 })[0]?.holds).toBe(true)
})

describe('is no condition:', () => {
  test.each([
    '',
    'p99',
    'p99<50',
    'p98<5ms',
    'errors<5ms',
    'lost<1%',
    'rps>5%',
    'p99<<5ms',
    'p50<-1ms',
    'a=1,',
  ])('%p', (text) => {
    expect(parseAssertions(text)).toBeInstanceOf(type.errors)
  })
})
