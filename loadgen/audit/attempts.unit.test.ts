import { expect, test } from 'bun:test'
import type { Attempt } from '../journal-format.ts'
import { makeAttempts, meaningOf, seen } from './attempts.ts'

const anAttempt = (given: Partial<Attempt>): Attempt => ({
  number: 0,
  tenant: 0,
  kind: 0,
  revision: 0,
  attempt: 1,
  status: 202,
  bodyHash: 1,
  intendedMs: 0,
  sentAfterMs: 0,
  answeredAfterMs: 0,
  ...given,
})

test.each([
  [202, seen.accepted],
  [0, seen.open],
  [409, seen.open],
  [500, seen.open],
  [503, seen.open],
  [400, seen.refused],
  [422, seen.refused],
  [429, seen.refused],
])('status %d means %d', (status, meaning) => {
  expect(meaningOf(status)).toBe(meaning)
})

test('answers to one event add up, and its revisions are apart', () => {
  const attempts = makeAttempts()
  attempts.add(anAttempt({ status: 503 }))
  attempts.add(anAttempt({ status: 202 }))
  attempts.add(anAttempt({ status: 422, revision: 1, bodyHash: 2 }))
  expect(attempts.seen(0, 0)).toBe(seen.open | seen.accepted)
  expect(attempts.seen(0, 1)).toBe(seen.refused)
  expect([attempts.bodyHash(0, 0), attempts.bodyHash(0, 1)]).toEqual([1, 2])
  expect([attempts.keys(), attempts.attempts()]).toEqual([1, 3])
})

test('an accepted event counts once, however often it was sent, and each revision for itself', () => {
  const attempts = makeAttempts()
  attempts.add(anAttempt({ number: 1, status: 401 }))
  expect(attempts.accepted()).toBe(0)
  for (const status of [503, 202, 202]) attempts.add(anAttempt({ status }))
  attempts.add(anAttempt({ revision: 1, bodyHash: 2 }))
  expect(attempts.accepted()).toBe(2)
})

test('many keys are held, those between them as never sent', () => {
  const attempts = makeAttempts()
  for (const number of [5000, 3, 1_000_000]) attempts.add(anAttempt({ number, tenant: 2, kind: 3 }))
  expect([attempts.numbers(), attempts.keys()]).toEqual([1_000_001, 3])
  expect([attempts.tenant(5000), attempts.kind(5000), attempts.seen(5000, 0)]).toEqual([2, 3, 1])
  expect(attempts.seen(4999, 0)).toBe(0)
})

test('one event with two bodies is refused', () => {
  const attempts = makeAttempts()
  attempts.add(anAttempt({ bodyHash: 1 }))
  expect(() => attempts.add(anAttempt({ bodyHash: 2 }))).toThrow('two bodies')
})
