import { describe, expect, test } from 'bun:test'
import { rejectionCodes, rejections } from '../contracts/rejections.ts'
import { type Answer, answerRejection, answerVerdict, contentOf } from './answer.ts'
import { encodings } from './content-encoding.ts'
import { noCounts, type Quota } from './quota.ts'
import type { Verdict } from './verdict.ts'

const quota: Quota = {
  limits: { eventsPerMinute: 10, bytesPerMinute: 'unlimited' },
  counts: { ...noCounts, events: 3 },
  nowMs: Date.parse('2026-01-02T20:00:43Z'),
}
const quotaStated = [
  ['RateLimit-Policy', '"events";q=10;w=60'],
  ['RateLimit', '"events";r=7;t=17'],
] as const

/** What the answer's body says to a client that asks for nothing particular. */
const told = (answer: Answer, accept = '*/*') => {
  const { contentType, body } = contentOf(answer, { accept, requestId: 'req_1' })
  return { contentType, body: JSON.parse(String(body)) }
}

const anAccepted = (given: Partial<Verdict & { kind: 'accepted' }> = {}): Verdict => ({
  kind: 'accepted',
  requestId: 'req_1',
  duplicate: false,
  warnings: [],
  quota,
  ...given,
})

describe('accepted', () => {
  test('answers 202 with the request id and the quota', () => {
    const answer = answerVerdict(anAccepted())
    expect([answer.status, answer.headers]).toEqual([202, quotaStated])
    expect(told(answer)).toEqual({
      contentType: 'application/json',
      body: { status: 'accepted', request_id: 'req_1', duplicate: false },
    })
  })

  test('a repeat says so in the body and in a header', () => {
    const answer = answerVerdict(anAccepted({ duplicate: true }))
    expect(answer.status).toBe(202)
    expect(answer.headers).toEqual([...quotaStated, ['Idempotency-Replayed', 'true']])
    expect(told(answer).body).toEqual({ status: 'accepted', request_id: 'req_1', duplicate: true })
  })

  test('warnings are told as code, path and message', () => {
    const warning = { code: 'FIELD_MISSING', path: '/payload', message: 'missing payload' } as const
    expect(told(answerVerdict(anAccepted({ warnings: [warning] }))).body).toMatchObject({
      warnings: [warning],
    })
  })

  test('an unlimited tenant is told of no quota', () => {
    const limits = { eventsPerMinute: 'unlimited', bytesPerMinute: 'unlimited' } as const
    expect(answerVerdict(anAccepted({ quota: { ...quota, limits } })).headers).toEqual([])
  })
})

const headersOf: Partial<Record<keyof typeof rejections, readonly (readonly [string, string])[]>> =
  {
    UNAUTHORIZED: [['WWW-Authenticate', 'Bearer']],
    UNSUPPORTED_CONTENT_ENCODING: [['Accept-Encoding', encodings.join(', ')]],
  }

describe('rejected', () => {
  test.each(rejectionCodes)('%s answers its status, with what goes with it', (code) => {
    const { status, retryable } = rejections[code]
    const answer = answerRejection({ code })
    expect(answer.status).toBe(status)
    expect(answer.headers).toEqual([
      ...(retryable ? [['Retry-After', '1'] as const] : []),
      ...(headersOf[code] ?? []),
      ['Vary', 'Accept'],
    ])
  })

  test('is told in the shape that the client asks for, with the same details', () => {
    const answer = answerRejection({ code: 'IN_FLIGHT', retryAfterSeconds: 3 })
    expect(told(answer)).toMatchObject({
      contentType: 'application/json',
      body: { error: { code: 'IN_FLIGHT', retry_after_seconds: 3 } },
    })
    expect(told(answer, 'application/problem+json')).toMatchObject({
      contentType: 'application/problem+json',
      body: { type: '/problems/in-flight', status: 409, instance: 'req_1', retry_after_seconds: 3 },
    })
  })

  test('leaves an answer that is no refusal as it is, whatever the client asks for', () => {
    const answer = answerVerdict(anAccepted())
    expect(told(answer, 'application/problem+json')).toEqual(told(answer))
  })

  test('says when to come back, and the quota, where they are known', () => {
    const rejected = { kind: 'rejected', code: 'RATE_LIMITED', quota } as const
    const { status, headers } = answerVerdict({ ...rejected, retryAfterSeconds: 17 })
    expect(status).toBe(429)
    expect(headers).toEqual([...quotaStated, ['Retry-After', '17'], ['Vary', 'Accept']])
  })

  test('tells no reset that is later than when to come back', () => {
    const rejected = { kind: 'rejected', code: 'IN_FLIGHT', quota } as const
    const { headers } = answerVerdict({ ...rejected, retryAfterSeconds: 16 })
    expect(headers).toContainEqual(['RateLimit', '"events";r=7'])
  })

  test('of what was sent says which types are taken instead', () => {
    const rejected = { kind: 'rejected', quota: undefined } as const
    const unsupported = { ...rejected, code: 'UNSUPPORTED_MEDIA_TYPE' } as const
    expect(answerVerdict(unsupported).headers).toContainEqual(['Accept', 'application/json'])
    expect(answerVerdict(unsupported, 'a/b, c/d').headers).toContainEqual(['Accept', 'a/b, c/d'])
    const other = { ...rejected, code: 'INVALID_JSON' } as const
    expect(answerVerdict(other).headers.map(([name]) => name)).not.toContain('Accept')
  })

  test('states no quota where none was taken', () => {
    const verdict: Verdict = { kind: 'rejected', code: 'INVALID_JSON', quota: undefined }
    expect(answerVerdict(verdict).headers).toEqual([['Vary', 'Accept']])
  })
})
