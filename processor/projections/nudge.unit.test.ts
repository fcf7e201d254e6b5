import { expect, test } from 'bun:test'
import { makeNudge } from './nudge.ts'

const never = new AbortController().signal
const longMs = 60_000

test('wakes everybody who waits for a type that was stored', async () => {
  const nudge = makeNudge()
  const both = Promise.all([
    nudge.listen(['a'])(longMs, never),
    nudge.listen(['b', 'a'])(longMs, never),
  ])
  nudge.give(['a', 'c'])
  await both
})

test('leaves those alone who wait for other types, unless it may have been any', async () => {
  const nudge = makeNudge()
  const wait = nudge.listen(['b'])
  nudge.give(['a'])
  const began = performance.now()
  await wait(20, never)
  expect(performance.now() - began).toBeGreaterThan(15)
  nudge.give(['other'])
  await wait(longMs, never)
})

test('is remembered for one who was busy, once', async () => {
  const nudge = makeNudge()
  const wait = nudge.listen(['a'])
  nudge.give(['a'])
  nudge.give(['a'])
  await wait(longMs, never)
  const began = performance.now()
  await wait(20, never)
  expect(performance.now() - began).toBeGreaterThan(15)
})

test('ends with the signal', async () => {
  const stop = new AbortController()
  const waiting = makeNudge().listen(['a'])(longMs, stop.signal)
  stop.abort()
  await waiting
  await makeNudge().listen(['a'])(longMs, stop.signal)
})
