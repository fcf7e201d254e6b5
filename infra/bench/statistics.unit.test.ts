import { expect, test } from 'bun:test'
import { median, mediansOf, pairedRatio, ratio, spreadOf, valuesOf } from './statistics.ts'

test('a median is the middle value, or the mean of the two middle ones', () => {
  expect(median([10, 9, 1])).toBe(9)
  expect(median([100, 1, 2, 4])).toBe(3)
  expect(median([7])).toBe(7)
  expect(median([])).toBeUndefined()
})

test('values are compared as numbers and left in their order', () => {
  const values = [2, 10, 1]
  expect(spreadOf(values)).toEqual({ median: 2, min: 1, max: 10 })
  expect(values).toEqual([2, 10, 1])
  expect(spreadOf([])).toBeUndefined()
})

test('a ratio is undefined where a value is missing or there is nothing to divide by', () => {
  expect(ratio(3, 2)).toBe(1.5)
  expect(ratio(0, 2)).toBe(0)
  expect(ratio(3, 0)).toBeUndefined()
  expect(ratio(undefined, 2)).toBeUndefined()
  expect(ratio(2, undefined)).toBeUndefined()
})

test('a metric that some runs leave out is that of the others', () => {
  const runs = [{ p50: 1 }, { p99: 5 }, { p50: 3, p99: 0 }]
  expect(valuesOf(runs, 'p50')).toEqual([1, 3])
  expect(mediansOf({ a: runs, b: [] })).toEqual({ a: { p50: 2, p99: 2.5 }, b: {} })
})

test('the ratio of pairs is that of neighbours, not of medians', () => {
  const of = [{ rps: 10 }, { rps: 200 }, { rps: 30 }]
  const to = [{ rps: 20 }, { rps: 100 }, { rps: 30 }]
  expect(pairedRatio(of, to, 'rps')).toEqual({ median: 1, min: 0.5, max: 2 })
  expect(pairedRatio(of, to.slice(0, 1), 'rps')).toEqual({ median: 0.5, min: 0.5, max: 0.5 })
  expect(pairedRatio(of, to, 'p50')).toBeUndefined()
})
