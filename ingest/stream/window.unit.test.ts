import { expect, test } from 'bun:test'
import { windowFor } from './window.ts'

test.each([
  [0, 1000],
  [500, 1000],
  [1000, 500],
  [2500, 200],
  [5000, 100],
  [60_000, 100],
])('verdicts that take %p ms leave %p events open', (lagMs, open) => {
  expect(windowFor(lagMs)).toBe(open)
})
