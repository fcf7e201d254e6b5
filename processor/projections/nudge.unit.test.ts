import { expect, test } from 'bun:test'
import { makeNudge } from './nudge.ts'

const never = new AbortController().signal
const longMs = 60_000

test('wakes everybody who waits', async () => {
  const nudge = makeNudge()
  const both = Promise.all([nudge.listen()(longMs, never), nudge.listen()(longMs, never)])
  nudge.give()
  await both
})

test('is remembered for one who was busy, once', async () => {
  const nudge = makeNudge()
  const wait = nudge.listen()
  nudge.give()
  nudge.give()
  await wait(longMs, never)
  const began = performance.now()
  await wait(20, never)
  expect(performance.now() - began).toBeGreaterThan(15)
})

test('ends with the signal', async () => {
  const stop = new AbortController()
  const waiting = makeNudge().listen()(longMs, stop.signal)
  stop.abort()
  await waiting
  await makeNudge().listen()(longMs, stop.signal)
})
