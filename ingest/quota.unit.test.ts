import { describe, expect, test } from 'bun:test'
import { parseList } from 'structured-headers'
import { below, oneOf } from '../contracts/builders.ts'
import { seeded } from '../contracts/seeded.ts'
import {
  type Counts,
  fits,
  type Limit,
  type Limits,
  minuteOf,
  noCounts,
  type Quota,
  quotaAt,
  quotaHeaders,
  secondsUntilFits,
  violatedPolicies,
  weightOfMinuteBefore,
  whyNever,
} from './quota.ts'

const minute = Date.parse('2026-01-02T20:00:00Z')
const aQuota = (limits: Partial<Limits>, counts: Partial<Counts> = {}, nowMs = minute): Quota => ({
  limits: { eventsPerMinute: 'unlimited', bytesPerMinute: 'unlimited', ...limits },
  counts: { ...noCounts, ...counts },
  nowMs,
})

test('a minute lasts until its last millisecond', () => {
  expect(minuteOf(minute + 59_999)).toBe(minuteOf(minute))
  expect(minuteOf(minute + 60_000)).toBe(minuteOf(minute) + 1)
  expect(minuteOf(minute - 1)).toBe(minuteOf(minute) - 1)
})

test('the minute before weighs what is left of it in the window', () => {
  expect([0, 15_000, 30_000, 60_000].map((ms) => weightOfMinuteBefore(minute + ms))).toEqual([
    1, 0.75, 0.5, 1,
  ])
})

test('what is counted belongs to the minute before in the next one, and to none in the one behind it', () => {
  const quota = aQuota({}, { events: 3, bytes: 30, eventsBefore: 9, bytesBefore: 90 }, minute + 1)
  const countsAt = (ms: number) => quotaAt(quota, minute + ms).counts
  expect(countsAt(59_999)).toEqual(quota.counts)
  expect(countsAt(60_000)).toEqual({ ...noCounts, eventsBefore: 3, bytesBefore: 30 })
  expect(countsAt(120_000)).toEqual(noCounts)
})

describe('one more event', () => {
  test.each([
    [{ eventsPerMinute: 10 }, { events: 9 }, 0, true],
    [{ eventsPerMinute: 10 }, { events: 10 }, 0, false],
    [{ eventsPerMinute: 0 }, {}, 0, false],
    [{ eventsPerMinute: 10 }, { eventsBefore: 10 }, 0, false],
    [{ eventsPerMinute: 10 }, { eventsBefore: 10 }, 6_000, true],
    [{ eventsPerMinute: 10 }, { eventsBefore: 10, events: 4 }, 30_000, true],
    [{ eventsPerMinute: 10 }, { eventsBefore: 10, events: 5 }, 30_000, false],
    [{ bytesPerMinute: 100 }, { bytes: 93 }, 0, true],
    [{ bytesPerMinute: 100 }, { bytes: 94 }, 0, false],
    [{ bytesPerMinute: 0 }, {}, 0, false],
    [{ eventsPerMinute: 10, bytesPerMinute: 100 }, { events: 1, bytes: 100 }, 0, false],
    [{}, { events: 1e9, bytes: 1e12 }, 0, true],
  ] as const)('under %j with %j, %p ms into the minute: %p', (limits, counts, ms, fit) => {
    expect(fits(aQuota(limits, counts, minute + ms), 7)).toBe(fit)
  })

  test('fits after the seconds that were told, and not two seconds earlier', () => {
    const random = seeded(7)
    for (let i = 0; i < 2000; i++) {
      const limits = { eventsPerMinute: 1 + below(20, random) }
      const counts = { ...noCounts, events: below(30, random), eventsBefore: below(30, random) }
      const quota = aQuota(limits, counts, minute + below(60_000, random))
      if (fits(quota, 1)) continue
      const seconds = secondsUntilFits(quota, 1)
      expect(fits(after(quota, seconds), 1)).toBe(true)
      if (seconds > 2) expect(fits(after(quota, seconds - 2), 1)).toBe(false)
    }
  })

  const after = (quota: Quota, seconds: number) => quotaAt(quota, quota.nowMs + seconds * 1000)

  test('of a blocked tenant, or one larger than a minute’s bytes, is not asked for before a minute', () => {
    expect(secondsUntilFits(aQuota({ eventsPerMinute: 0 }), 1)).toBe(60)
    expect(secondsUntilFits(aQuota({ bytesPerMinute: 10 }), 11)).toBe(60)
  })
})

test.each([
  [{ eventsPerMinute: 10 }, { events: 9 }, []],
  [{ eventsPerMinute: 10 }, { events: 10 }, ['events']],
  [{ eventsPerMinute: 10, bytesPerMinute: 100 }, { events: 3, bytes: 94 }, ['bytes']],
  [{ eventsPerMinute: 10, bytesPerMinute: 100 }, { events: 10, bytes: 94 }, ['events', 'bytes']],
  [{}, { events: 1e9, bytes: 1e12 }, []],
] as const)('under %j with %j one more event violates %j', (limits, counts, violated) => {
  expect(violatedPolicies(aQuota(limits, counts), 7)).toEqual([...violated])
})

test.each([
  [{ eventsPerMinute: 0 }, 1, 'The quota of this tenant is 0'],
  [{ bytesPerMinute: 0 }, 1, 'The quota of this tenant is 0'],
  [{ bytesPerMinute: 10 }, 11, 'The event is larger than the quota of a minute, 10 bytes'],
  [{ bytesPerMinute: 10 }, 10, undefined],
  [{ eventsPerMinute: 1 }, 1e9, undefined],
  [{}, 1e9, undefined],
] as const)('under %j, %p bytes never fit because: %p', (limits, bytes, why) => {
  expect(whyNever(aQuota(limits), bytes)).toBe(why as string)
})

describe('headers', () => {
  test('state each policy and what is left of it', () => {
    const limits = { eventsPerMinute: 10, bytesPerMinute: 1000 }
    const quota = aQuota(limits, { events: 3, bytes: 400, bytesBefore: 100 }, minute + 43_000)
    expect(quotaHeaders(quota)).toEqual([
      ['RateLimit-Policy', '"events";q=10;w=60, "bytes";q=1000;w=60;qu="content-bytes"'],
      ['RateLimit', '"events";r=7;t=17, "bytes";r=571;t=17'],
    ])
  })

  test('never state less than nothing, and then when there is something again', () => {
    const quota = aQuota({ eventsPerMinute: 10 }, { eventsBefore: 20 }, minute)
    expect(quotaHeaders(quota)[1]).toEqual(['RateLimit', '"events";r=0;t=33'])
  })

  test('say nothing to an unlimited tenant', () => {
    expect(quotaHeaders(aQuota({}))).toEqual([])
  })

  test('are structured fields as the draft has them, whatever was used', () => {
    const random = seeded(11)
    for (let i = 0; i < 2000; i++) {
      const limits: Limits = {
        eventsPerMinute: oneOf<Limit>(
          ['unlimited', 0, 1, below(1000, random), 100_000_000],
          random,
        ),
        bytesPerMinute: oneOf<Limit>(
          ['unlimited', 0, below(1e6, random), 1_000_000_000_000],
          random,
        ),
      }
      const used = () => below(2, random) * below(1e6, random)
      const counts = { events: used(), bytes: used(), eventsBefore: used(), bytesBefore: used() }
      const quota = aQuota(limits, counts, minute + below(60_000, random))
      const bytes = below(1e6, random)
      const retryAfter = fits(quota, bytes) ? undefined : secondsUntilFits(quota, bytes)
      const [policy, state] = quotaHeaders(quota, retryAfter).map(([, value]) => parseList(value))
      if (policy === undefined || state === undefined) {
        expect(Object.values(limits)).toEqual(['unlimited', 'unlimited'])
        continue
      }
      const names = policy.map(([name]) => name)
      expect(state.map(([name]) => name)).toEqual(names)
      expect(violatedPolicies(quota, bytes).every((name) => names.includes(name))).toBe(true)
      for (const [name, parameters] of policy) {
        const [limit, unit] =
          name === 'events'
            ? [limits.eventsPerMinute, undefined]
            : [limits.bytesPerMinute, 'content-bytes']
        expect(Object.fromEntries(parameters)).toEqual({
          ...{ q: limit, w: 60 },
          ...(unit ? { qu: unit } : {}),
        })
      }
      for (const [i, [, parameters]] of state.entries()) {
        const { r, t = 1 } = Object.fromEntries(parameters) as { r: number; t?: number }
        expect([r, t].every(Number.isInteger)).toBe(true)
        expect(r).toBeWithin(0, Number(policy[i]?.[1].get('q')) + 1)
        // "Retry-After SHOULD NOT reference a point in time earlier than the reset parameter."
        expect(t).toBeWithin(1, (retryAfter ?? 120) + 1)
      }
    }
  })
})
