import { expect, test } from 'bun:test'
import { failed } from './answers.ts'
import { makeObserver } from './observer.ts'
import type { Sending } from './send.ts'
import { makeTally } from './tally.ts'

const sending: Sending = {
  purpose: 'fresh',
  number: 0,
  kind: 0,
  revision: 0,
  tenant: 0,
  intendedMs: 100,
  attempt: 1,
  sentMs: 150,
  request: Buffer.alloc(0),
  bodyHash: 1,
}

test('failed and dropped events are in the percentiles, with the time that they waited in vain', () => {
  const tally = makeTally(1)
  const observer = makeObserver(tally, { write: () => {} }, { add: () => {} })
  for (let i = 0; i < 98; i++) observer.ended(sending, { ...failed, verdict: 'success' }, 101)
  observer.ended(sending, failed, 60_100)
  observer.dropped(100, sending, 10_200)
  const { latency, events, errors } = tally.all()
  expect([latency.count, events, errors]).toEqual([100, 100, 2])
  expect(latency.p50).toBeCloseTo(1, 1)
  expect(latency.p99 / 10_100).toBeWithin(0.999, 1.001)
  expect(latency.max / 60_000).toBeWithin(0.999, 1.001)
})
