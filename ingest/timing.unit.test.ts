import { expect, test } from 'bun:test'
import * as timing from './timing.ts'

test('an answer comes before the delivery report must, and that before the claim is free', () => {
  expect(timing.answerDeadlineMs).toBeLessThan(timing.deliveryTimeoutMs)
  expect(timing.deliveryTimeoutMs).toBeLessThan(timing.claimLeaseMs)
})

test('a request that waits for its answer deadline is answered before a stop cuts it off', () => {
  expect(timing.answerDeadlineMs + timing.redisMostMs).toBeLessThan(timing.drainMs)
  expect(timing.drainMs + 3 * timing.redisLastMs).toBeLessThan(timing.shutdownMs)
})
