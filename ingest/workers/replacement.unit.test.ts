import { expect, test } from 'bun:test'
import { replacementDelayMs } from './replacement.ts'

test.each([
  [0, 0],
  [1, 100],
  [2, 200],
  [7, 6_400],
  [8, 10_000],
  [1_000_000, 10_000],
])('after %p that died young the next one waits %p ms', (diedYoung, ms) => {
  expect(replacementDelayMs(diedYoung)).toBe(ms)
})
