import { expect, test } from 'bun:test'
import { makeLatency } from './latency.ts'
import { makeTally, verdicts } from './tally.ts'

test('every event is counted once, in all and for its tenant', () => {
  const tally = makeTally(2)
  verdicts.forEach((verdict, i) => {
    tally.ended(i % 2, verdict, i + 1)
  })
  expect(tally.all()).toMatchObject({ events: 7, success: 1, 'rate-limited': 1, dropped: 1 })
  expect(tally.all().latency.count).toBe(7)
  expect([tally.of(0).events, tally.of(1).events]).toEqual([4, 3])
})

test('requests are counted beside their events, and so are repeats and late sends', () => {
  const tally = makeTally(2)
  const request = { events: 3, isRepeat: false, isAnswered: true, lagMs: 0.4, latencyMs: 5 }
  tally.requested(0, request)
  tally.requested(0, { ...request, lagMs: 10.1, latencyMs: 20 })
  tally.requested(1, {
    ...request,
    isRepeat: true,
    isAnswered: false,
    lagMs: 1000,
    latencyMs: 15_000,
  })
  const sums = { requests: 3, unanswered: 1, events: 0, retried: 3, late: 3 }
  expect(tally.counts()).toMatchObject(sums)
  expect(tally.all()).toMatchObject(sums)
  expect(tally.of(0)).toMatchObject({ requests: 2, unanswered: 0, retried: 0, late: 3 })
  expect(tally.lag()).toMatchObject({ count: 6, max: expect.closeTo(10.1, 1) })
  const latency = tally.requestLatency()
  expect([latency.count, Math.round(latency.p50)]).toEqual([3, 20])
  expect(latency.max / 15_000).toBeWithin(0.999, 1.001)
})

test('errors are what failed, what was dropped and what was answered wrongly, each once', () => {
  const tally = makeTally(1)
  tally.ended(0, 'success', 1)
  tally.ended(0, 'failed', 1, 'a redirect')
  tally.ended(0, 'dropped', 1)
  tally.ended(0, 'invalid', 1, 'good: expected 202 new, got 401 UNAUTHORIZED')
  tally.tolerated('duplicate: expected 202 duplicate, got 202 new')
  expect(tally.all().errors).toBe(3)
  expect(tally.toleratedAnswers()).toHaveLength(1)
})

test('unexpected answers are counted by what they were, the most frequent first, in bounded memory', () => {
  const tally = makeTally(1)
  for (let i = 0; i < 100; i++) tally.ended(0, 'invalid', 1, `answer ${i}`)
  tally.ended(0, 'invalid', 1, 'answer 3')
  const found = tally.unexpectedAnswers()
  expect(found.slice(0, 2)).toEqual([
    { what: 'others', count: 50 },
    { what: 'answer 3', count: 2 },
  ])
  expect(found).toHaveLength(51)
})

test('percentiles are exact to three digits, from microseconds to minutes', () => {
  const latency = makeLatency()
  for (let i = 1; i <= 1000; i++) latency.record(i / 10)
  latency.record(300_000)
  const measured = latency.measured()
  expect(measured.p50 / 50.1).toBeWithin(0.999, 1.001)
  expect(measured.p99 / 99.1).toBeWithin(0.998, 1.002)
  expect(measured.max / 300_000).toBeWithin(0.999, 1.001)
  latency.reset()
  expect(latency.measured()).toEqual({
    count: 0,
    average: 0,
    p50: 0,
    p95: 0,
    p99: 0,
    p999: 0,
    max: 0,
  })
})
