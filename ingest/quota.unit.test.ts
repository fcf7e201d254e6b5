import { describe, expect, test } from 'bun:test'
import { isExceeded, localQuota, minuteOf, type Quota, quotaHeaders, secondsLeft } from './quota.ts'

const minute = Date.parse('2026-01-02T20:00:00Z')
const aQuota = (given: Partial<Quota> = {}): Quota => ({
  limit: 10,
  used: 1,
  resetSeconds: 60,
  ...given,
})

test.each([
  [0, 60],
  [1, 60],
  [999, 60],
  [1000, 59],
  [30_000, 30],
  [59_000, 1],
  [59_999, 1],
  [60_000, 60],
])('%p ms into the minute, %p seconds are left', (ms, seconds) => {
  expect(secondsLeft(minute + ms)).toBe(seconds)
})

test('a minute lasts until its last millisecond', () => {
  expect(minuteOf(minute + 59_999)).toBe(minuteOf(minute))
  expect(minuteOf(minute + 60_000)).toBe(minuteOf(minute) + 1)
  expect(minuteOf(minute - 1)).toBe(minuteOf(minute) - 1)
})

test.each([
  [10, 9, false],
  [10, 10, false],
  [10, 11, true],
  [0, 1, true],
  ['unlimited', 1_000_000_000, false],
] as const)('a limit of %p with %p used: exceeded is %p', (limit, used, exceeded) => {
  expect(isExceeded(aQuota({ limit, used }))).toBe(exceeded)
})

describe('headers', () => {
  test('state the policy and what is left of it', () => {
    expect(quotaHeaders(aQuota({ used: 3, resetSeconds: 17 }))).toEqual([
      ['RateLimit-Policy', '"minute";q=10;w=60'],
      ['RateLimit', '"minute";r=7;t=17'],
    ])
  })

  test.each([
    [10, 10],
    [10, 11],
    [10, 5000],
    [0, 1],
  ])('with a limit of %p and %p used nothing is left, never less', (limit, used) => {
    expect(quotaHeaders(aQuota({ limit, used }))[1]).toEqual(['RateLimit', '"minute";r=0;t=60'])
  })

  test('say nothing to an unlimited tenant', () => {
    expect(quotaHeaders(aQuota({ limit: 'unlimited' }))).toEqual([])
  })
})

describe('localQuota', () => {
  test('counts each event of a tenant, the one at hand included', () => {
    const count = localQuota()
    expect([count('a', minute), count('a', minute + 1), count('a', minute + 59_999)]).toEqual([
      1, 2, 3,
    ])
  })

  test('begins anew with every minute', () => {
    const count = localQuota()
    count('a', minute + 59_999)
    expect(count('a', minute + 60_000)).toBe(1)
  })

  test('counts tenants apart, also those named like a method', () => {
    const count = localQuota()
    count('a', minute)
    expect(count('b', minute)).toBe(1)
    expect(count('constructor', minute)).toBe(1)
    expect(count('__proto__', minute)).toBe(1)
  })

  test('counts of two ingests are their own', () => {
    localQuota()('a', minute)
    expect(localQuota()('a', minute)).toBe(1)
  })
})
