import { expect, test } from 'bun:test'
import { restAfter } from './fetch-rounds.ts'

test('after a few records a broker rests, so that others join the next batch', () => {
  expect(restAfter(1, 40)).toBe(40)
  expect(restAfter(100_000, 40)).toBe(40)
})

test('a backlog and a silence are followed at once', () => {
  expect(restAfter(1024 * 1024, 40)).toBe(0)
  expect(restAfter(0, 40)).toBe(0)
})
