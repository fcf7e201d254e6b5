import { describe, expect, test } from 'bun:test'
import { type RejectionCode, rejections } from '../../contracts/rejections.ts'
import { noCounts, type Quota } from '../quota.ts'
import type { Verdict } from '../verdict.ts'
import { BatchResults } from './answer-batch.ts'
import { isWorthRepeating } from './result.ts'

const quota: Quota = {
  limits: { eventsPerMinute: 10, bytesPerMinute: 'unlimited' },
  counts: { ...noCounts, events: 3 },
  nowMs: Date.parse('2026-01-02T20:00:43Z'),
}

const anAccepted = (given: Partial<Verdict & { kind: 'accepted' }> = {}): Verdict => ({
  kind: 'accepted',
  requestId: 'req_1.0',
  duplicate: false,
  warnings: [],
  quota: undefined,
  ...given,
})
const aRejected = (code: RejectionCode, retryAfterSeconds?: number): Verdict => ({
  kind: 'rejected',
  code,
  quota: undefined,
  ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
})

function answerOf(...verdicts: Verdict[]) {
  const results = new BatchResults(verdicts.length)
  for (const [i, verdict] of verdicts.entries()) results.set(i, verdict, 100)
  const { status, headers, body } = results.answer('req_1')
  return { status, headers: Object.fromEntries(headers), body: JSON.parse(body) }
}

test('tells each event’s result in order, and how many there are of each kind', () => {
  const warning = { code: 'FIELD_MISSING', path: '/payload', message: 'missing payload' } as const
  const { status, body } = answerOf(
    anAccepted({ requestId: 'req_1.0' }),
    aRejected('INVALID_JSON'),
    anAccepted({ requestId: 'req_0', duplicate: true, warnings: [warning] }),
    aRejected('RATE_LIMITED', 12),
    anAccepted({ requestId: 'req_1.4' }),
  )
  expect(status).toBe(200)
  expect(body).toEqual({
    request_id: 'req_1',
    accepted: 2,
    duplicates: 1,
    rejected: 1,
    retry: 1,
    results: [
      { status: 'accepted', request_id: 'req_1.0', duplicate: false },
      {
        status: 'rejected',
        error: { code: 'INVALID_JSON', message: rejections.INVALID_JSON.message },
      },
      { status: 'accepted', request_id: 'req_0', duplicate: true, warnings: [warning] },
      {
        status: 'retry',
        error: { code: 'RATE_LIMITED', message: rejections.RATE_LIMITED.message },
        retry_after_seconds: 12,
      },
      { status: 'accepted', request_id: 'req_1.4', duplicate: false },
    ],
  })
})

test('verdicts may come in any order', () => {
  const results = new BatchResults(3)
  for (const i of [2, 0, 1]) results.set(i, anAccepted({ requestId: `req_1.${i}` }), 100)
  const { results: each } = JSON.parse(results.answer('req_1').body)
  expect(each).toMatchObject([0, 1, 2].map((i) => ({ request_id: `req_1.${i}` })))
})

describe('Retry-After', () => {
  test('is the longest that an event asks for', () => {
    const { headers } = answerOf(aRejected('UNCONFIRMED', 5), aRejected('IN_FLIGHT', 1))
    expect(headers).toEqual({ 'Retry-After': '5' })
  })

  test.each([
    ['events', { eventsPerMinute: 10, bytesPerMinute: 'unlimited' }],
    ['bytes', { eventsPerMinute: 'unlimited', bytesPerMinute: 1000 }],
  ] as const)('grows with the %s that are to come back together', (_, limits) => {
    // 3 of 10 were used this minute, 17 s before its end: 7 fit, the others when the 3 leave the window one by one.
    const counts = { ...noCounts, events: 3, bytes: 300 }
    const limited = { ...aRejected('RATE_LIMITED', 1), quota: { ...quota, limits, counts } }
    const { headers, body } = answerOf(...Array.from({ length: 10 }, () => limited))
    const each = body.results.map((one: { retry_after_seconds: number }) => one.retry_after_seconds)
    expect(each.slice(0, 8)).toEqual([1, 1, 1, 1, 1, 1, 1, 17 + 20])
    expect(headers['Retry-After']).toBe(String(17 + 60))
  })

  test('is a minute for more events than fit at all', () => {
    const limited: Verdict = { ...aRejected('RATE_LIMITED', 1), quota }
    const { body } = answerOf(...Array.from({ length: 11 }, () => limited))
    expect(body.results[10].retry_after_seconds).toBe(60)
  })

  test('is not there when nothing is to be repeated', () => {
    expect(answerOf(anAccepted(), aRejected('IDEMPOTENCY_KEY_REUSED')).headers).toEqual({})
  })
})

test('states the quota after the last event that was counted', () => {
  const counts = { ...quota.counts, events: 4 }
  const last = { ...quota, counts }
  const { headers } = answerOf(anAccepted({ quota }), anAccepted({ quota: last }), anAccepted())
  expect(headers).toEqual({
    'RateLimit-Policy': '"events";q=10;w=60',
    RateLimit: '"events";r=6;t=17',
  })
})

test('an event says what was found in it, and its own sentence', () => {
  const findings = [{ code: 'FIELD_MISSING', path: '/payload', message: 'missing' }] as const
  const { body } = answerOf(
    { kind: 'rejected', code: 'INVALID_EVENT', findings, quota: undefined },
    { kind: 'rejected', code: 'PAYLOAD_TOO_LARGE', message: 'larger than "5"', quota: undefined },
  )
  expect(body.results).toMatchObject([
    { status: 'rejected', error: { code: 'INVALID_EVENT', findings } },
    { status: 'rejected', error: { message: 'larger than "5"' } },
  ])
})

test('what is worth repeating is told from what is not by one list', () => {
  const codes = Object.keys(rejections) as RejectionCode[]
  expect(codes.filter(isWorthRepeating).sort()).toEqual([
    'IN_FLIGHT',
    'OVERLOADED',
    'RATE_LIMITED',
    'UNAVAILABLE',
    'UNCONFIRMED',
  ])
})
