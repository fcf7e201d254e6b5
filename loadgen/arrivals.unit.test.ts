import { expect, test } from 'bun:test'
import { seeded } from '../contracts/seeded.ts'
import { makeArrivals, type Stage } from './arrivals.ts'

function all(stages: Stage[], maxEvents = Number.POSITIVE_INFINITY, seed = 1): number[] {
  const arrivals = makeArrivals(stages, maxEvents, seeded(seed))
  const times = []
  for (; arrivals.next() !== Number.POSITIVE_INFINITY; arrivals.advance())
    times.push(arrivals.next())
  return times
}
const between = (times: number[], from: number, to: number) =>
  times.filter((at) => at >= from && at < to).length

test('arrivals come in order, at the mean rate, within the time', () => {
  const times = all([{ seconds: 20, rps: 1000 }])
  expect(times.toSorted((a, b) => a - b)).toEqual(times)
  expect(times.at(-1)).toBeLessThan(20_000)
  // A Poisson count of 20,000 has a standard deviation of 141.
  expect(times.length).toBeWithin(19_400, 20_600)
})

test('gaps are exponential: a good third is longer than the mean', () => {
  const times = all([{ seconds: 20, rps: 1000 }])
  const long = times.filter((at, i) => at - (times[i - 1] ?? 0) > 1).length
  expect(long / times.length).toBeCloseTo(Math.exp(-1), 1)
})

test('each stage has its own rate, and one of 0 is silent', () => {
  const times = all([
    { seconds: 10, rps: 100 },
    { seconds: 5, rps: 0 },
    { seconds: 10, rps: 2000 },
  ])
  expect(between(times, 0, 10_000)).toBeWithin(850, 1150)
  expect(between(times, 10_000, 15_000)).toBe(0)
  expect(between(times, 15_000, 25_000)).toBeWithin(19_300, 20_700)
})

test('the same seed gives the same times, another seed others', () => {
  const stages = [{ seconds: 1, rps: 100 }]
  expect(all(stages)).toEqual(all(stages))
  expect(all(stages, undefined, 2)).not.toEqual(all(stages))
})

test('no more events come than are allowed', () => {
  expect(all([{ seconds: 60, rps: 1000 }], 17)).toHaveLength(17)
})
