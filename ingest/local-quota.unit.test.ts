import { expect, test } from 'bun:test'
import { localQuota } from './local-quota.ts'

const minute = Date.parse('2026-01-02T20:00:00Z')
const three = { eventsPerMinute: 3, bytesPerMinute: 'unlimited' } as const

test('lets in what fits, in order, and counts only that', () => {
  const quota = localQuota()
  expect(quota.count('a', three, [1, 1], minute).fit).toEqual([true, true])
  const { fit, counts } = quota.count('a', three, [5, 6], minute + 1)
  expect(fit).toEqual([true, false])
  expect(counts).toMatchObject({ events: 3, bytes: 7 })
})

test('an event that is too large does not keep out a smaller one after it', () => {
  const limits = { eventsPerMinute: 'unlimited', bytesPerMinute: 10 } as const
  expect(localQuota().count('a', limits, [11, 10], minute).fit).toEqual([false, true])
})

test('weighs the minute before, and forgets the one before that', () => {
  const quota = localQuota()
  quota.count('a', three, [1, 1, 1], minute)
  expect(quota.count('a', three, [1], minute + 60_000).fit).toEqual([false])
  expect(quota.count('a', three, [1], minute + 80_000).fit).toEqual([true])
  expect(quota.count('a', three, [1, 1, 1], minute + 180_000).fit).toEqual([true, true, true])
})

test('counts tenants apart, also those named like a method', () => {
  const quota = localQuota()
  quota.count('a', three, [1, 1, 1], minute)
  for (const other of ['b', 'constructor', '__proto__'])
    expect(quota.count(other, three, [1, 1, 1, 1], minute).fit).toEqual([true, true, true, false])
})
