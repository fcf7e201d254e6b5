import { describe, expect, test } from 'bun:test'
import { rejections } from '../contracts/rejections.ts'
import { answerRejection, answerVerdict } from './answer.ts'
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
    const { status, headers, body } = answerVerdict(anAccepted())
    expect({ status, headers, body: JSON.parse(body) }).toEqual({
      status: 202,
      headers: quotaStated,
      body: { status: 'accepted', request_id: 'req_1', duplicate: false },
    })
  })

  test('a repeat says so in the body and in a header', () => {
    const { status, headers, body } = answerVerdict(anAccepted({ duplicate: true }))
    expect(status).toBe(202)
    expect(headers).toEqual([...quotaStated, ['Idempotency-Replayed', 'true']])
    expect(JSON.parse(body)).toEqual({ status: 'accepted', request_id: 'req_1', duplicate: true })
  })

  test('warnings are told as code, path and message', () => {
    const warning = { code: 'FIELD_MISSING', path: '/payload', message: 'missing payload' } as const
    expect(JSON.parse(answerVerdict(anAccepted({ warnings: [warning] })).body)).toMatchObject({
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
  test.each(Object.entries(rejections) as [keyof typeof rejections, { status: number }][])(
    '%s answers its status in the one shape',
    (code, { status }) => {
      const answer = answerRejection({ code })
      expect(answer.status).toBe(status)
      expect(JSON.parse(answer.body)).toEqual({
        error: { code, message: rejections[code].message },
      })
      expect(answer.headers).toEqual(headersOf[code] ?? [])
    },
  )

  test('a more precise sentence replaces the usual one', () => {
    const { body } = answerRejection({ code: 'INVALID_JSON', message: 'not UTF-8: "\n' })
    expect(JSON.parse(body)).toEqual({ error: { code: 'INVALID_JSON', message: 'not UTF-8: "\n' } })
  })

  test('tells what was found in an event that a strict tenant may not send', () => {
    const findings = [
      { code: 'FIELD_MISSING', path: '/payload', message: 'missing payload' },
    ] as const
    const { status, body } = answerRejection({ code: 'INVALID_EVENT', findings })
    expect(status).toBe(400)
    expect(JSON.parse(body)).toMatchObject({ error: { code: 'INVALID_EVENT', findings } })
  })

  test('says when to come back, and the quota, where they are known', () => {
    const { status, headers } = answerVerdict({
      kind: 'rejected',
      code: 'RATE_LIMITED',
      retryAfterSeconds: 17,
      quota,
    })
    expect(status).toBe(429)
    expect(headers).toEqual([...quotaStated, ['Retry-After', '17']])
  })

  test('states no quota where none was taken', () => {
    const verdict: Verdict = { kind: 'rejected', code: 'UNAVAILABLE', quota: undefined }
    expect(answerVerdict(verdict).headers).toEqual([])
  })
})
