import { expect, test } from 'bun:test'
import { failed } from './answers.ts'
import { makeObserver } from './observer.ts'
import type { Sending } from './packing.ts'
import { makeRecentKeys } from './recent-keys.ts'
import { makeTally } from './tally.ts'
import { tellNew } from './told.ts'

const sending: Sending = {
  purpose: 'fresh',
  number: 0,
  kind: 0,
  revision: 0,
  tenant: 0,
  intendedMs: 100,
  attempt: 1,
  bodyHash: 1,
}
const parcel = {
  events: [sending],
  tenant: 0,
  dueMs: 100,
  isRepeat: false,
  sentMs: 150,
  firstSeq: 0,
}

test('failed and dropped events are in the percentiles, with the time that they waited in vain', () => {
  const tally = makeTally(1)
  const observer = makeObserver(tally, { write: () => {} }, makeRecentKeys(10))
  for (let i = 0; i < 98; i++) observer.ended(sending, { ...failed, verdict: 'success' }, 101)
  observer.ended(sending, failed, 60_100)
  observer.dropped(sending, 10_200)
  const { latency, events, errors } = tally.all()
  expect([latency.count, events, errors]).toEqual([100, 100, 2])
  expect(latency.p50).toBeCloseTo(1, 1)
  expect(latency.p99 / 10_100).toBeWithin(0.999, 1.001)
  expect(latency.max / 60_000).toBeWithin(0.999, 1.001)
})

test('a key whose conflict was taken as new is not used again', () => {
  const recent = makeRecentKeys(3)
  const observer = makeObserver(makeTally(1), { write: () => {} }, recent)
  const picked = () => [0, 0.4, 0.8].map((share) => recent.pick(() => share)?.number)
  for (const number of [0, 1, 2, 3])
    observer.attempted({ ...sending, number }, parcel, tellNew, 200)
  observer.attempted({ ...sending, number: 1, purpose: 'duplicate' }, parcel, tellNew, 200)
  expect(picked()).toEqual([3, 1, 2])
  observer.attempted({ ...sending, number: 1, purpose: 'conflict' }, parcel, tellNew, 200)
  expect(new Set(picked())).toEqual(new Set([3, 2]))
  observer.attempted({ ...sending, number: 4 }, parcel, tellNew, 200)
  observer.attempted({ ...sending, number: 5 }, parcel, tellNew, 200)
  expect(new Set(picked()).has(1)).toBe(false)
})

test('what contradicts itself in an answer is unexpected, beside what became of its events', () => {
  const tally = makeTally(1)
  const observer = makeObserver(tally, { write: () => {} }, makeRecentKeys(3))
  const wrong = 'batch: its count retry is not that of its results'
  observer.answered(parcel, true, wrong, 400)
  observer.answered({ ...parcel, isRepeat: true }, false, undefined, 15_150)
  expect(tally.unexpectedAnswers()).toEqual([{ what: wrong, count: 1 }])
  expect(tally.counts()).toMatchObject({ requests: 2, unanswered: 1, retried: 1, late: 1 })
  expect(tally.requestLatency()).toMatchObject({ count: 2, p50: expect.closeTo(300, -1) })
})
