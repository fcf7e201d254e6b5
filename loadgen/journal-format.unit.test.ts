import { expect, test } from 'bun:test'
import { type Attempt, attemptBytes, readAttempt, writeAttempt } from './journal-format.ts'

const attempt: Attempt = {
  number: 4_000_000_000,
  tenant: 254,
  kind: 12,
  revision: 1,
  attempt: 20,
  status: 503,
  bodyHash: 0xdeadbeef,
  intendedMs: 86_400_000.125,
  sentAfterMs: 1.5,
  answeredAfterMs: 4999.999,
}

test('an attempt comes back as it was written, beside others', () => {
  const view = new DataView(new ArrayBuffer(3 * attemptBytes))
  const other = { ...attempt, number: 1, status: 0 }
  writeAttempt(view, 0, other)
  writeAttempt(view, attemptBytes, attempt)
  writeAttempt(view, 2 * attemptBytes, other)
  expect(readAttempt(view, attemptBytes)).toEqual(attempt)
  expect(readAttempt(view, 0)).toEqual(other)
})

test('a time that does not fit is the longest that does', () => {
  const view = new DataView(new ArrayBuffer(attemptBytes))
  writeAttempt(view, 0, { ...attempt, sentAfterMs: 1e9, answeredAfterMs: -1 })
  expect(readAttempt(view, 0)).toMatchObject({ sentAfterMs: 4294967.295, answeredAfterMs: 0 })
})
