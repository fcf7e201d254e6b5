import { expect, test } from 'bun:test'
import { makeRates, windowSeconds } from './rates.ts'

test('a steady stream has its rate, whenever it is asked', () => {
  const rates = makeRates()
  for (let tenths = 0; tenths < 10 * (windowSeconds + 5); tenths++) rates.add('a', 2, tenths / 10)
  expect(rates.read(windowSeconds + 5).get('a')).toBe(20)
  expect(rates.read(windowSeconds + 5.9).get('a')).toBe(20)
})

test('the second that is not over is left out', () => {
  const rates = makeRates()
  rates.add('a', 30, 100.2)
  expect(rates.read(100.9).get('a')).toBe(0)
  expect(rates.read(101).get('a')).toBe(30 / windowSeconds)
})

test('a type that comes no more goes down to 0 and does not vanish', () => {
  const rates = makeRates()
  rates.add('a', 30, 0)
  expect(rates.read(windowSeconds).get('a')).toBe(30 / windowSeconds)
  expect(rates.read(windowSeconds + 1).get('a')).toBe(0)
})

test('each type has its own', () => {
  const rates = makeRates()
  rates.add('a', 15, 0)
  rates.add('b', 45, 1)
  rates.add('a', 15, 1)
  expect(rates.read(2)).toEqual(
    new Map([
      ['a', 30 / windowSeconds],
      ['b', 45 / windowSeconds],
    ]),
  )
})
