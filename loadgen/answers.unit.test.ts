import { describe, expect, test } from 'bun:test'
import { type Asked, type Judged, judge, maxAttempts, type Verdict } from './answers.ts'
import { kinds } from './kinds.ts'
import { type Told, tellAccepted, tellNothing, tellRefused } from './told.ts'

const refusal = (status: number, code?: string, retryAfterSeconds?: number) =>
  tellRefused(status, code, retryAfterSeconds)
const accepted = (duplicate: boolean, ...warnings: { code: string; path: string }[]) =>
  tellAccepted({ duplicate, ...(warnings.length > 0 && { warnings }) })
const asked = (given: Partial<Asked> = {}): Asked => ({
  purpose: 'fresh',
  kind: 0,
  attempt: 1,
  ...given,
})
const kindNamed = (name: string) => kinds.findIndex((kind) => kind.name === name)
const judged = (given: Partial<Asked>, got: Told | undefined) => judge(asked(given), got, 0.5)
const final = (verdict: Verdict, unexpected?: string): Judged => ({
  is: 'final',
  verdict,
  unexpected,
  tolerated: undefined,
})

describe('an answer that leaves open whether the event is in is followed by a repeat', () => {
  test('after the time that the server asks for, at most ten seconds', () => {
    expect(judged({}, refusal(503, 'UNAVAILABLE', 2))).toEqual({ is: 'repeat', afterMs: 2000 })
    expect(judged({}, refusal(409, 'IN_FLIGHT', 3600))).toEqual({ is: 'repeat', afterMs: 10_000 })
  })

  test('after a growing time without one', () => {
    expect(judged({ attempt: 1 }, undefined)).toEqual({ is: 'repeat', afterMs: 75 })
    expect(judged({ attempt: 3 }, refusal(500))).toEqual({ is: 'repeat', afterMs: 300 })
    expect(judged({ attempt: 15 }, refusal(502))).toEqual({ is: 'repeat', afterMs: 3750 })
  })

  test('until there were enough attempts: then the event failed', () => {
    expect(judged({ attempt: maxAttempts }, undefined)).toEqual(final('failed'))
  })
})

describe('a good event', () => {
  test('that is accepted succeeded', () => {
    expect(judged({}, accepted(false))).toEqual(final('success'))
  })

  test('that is called a duplicate at once was answered wrongly, and rightly after a repeat', () => {
    const wrong = 'good: expected 202 new, got 202 duplicate'
    expect(judged({}, accepted(true))).toEqual(final('success', wrong))
    expect(judged({ attempt: 2 }, accepted(true))).toEqual(final('success'))
  })

  test('over the quota is rate-limited, which is a right answer', () => {
    expect(judged({}, refusal(429, 'RATE_LIMITED'))).toEqual(final('rate-limited'))
  })

  test('that is refused or warned of was answered wrongly', () => {
    expect(judged({}, refusal(400, 'INVALID_JSON'))).toEqual(
      final('invalid', 'good: expected 202 new, got 400 INVALID_JSON'),
    )
    const warned = accepted(false, { code: 'FIELD_MISSING', path: '/payload' })
    expect(judged({}, warned)).toMatchObject({ unexpected: expect.stringContaining('/payload') })
  })
})

describe('a repeat and a contradiction', () => {
  test('are a duplicate and a conflict', () => {
    expect(judged({ purpose: 'duplicate' }, accepted(true))).toEqual(final('duplicate'))
    expect(judged({ purpose: 'conflict' }, refusal(422, 'IDEMPOTENCY_KEY_REUSED'))).toEqual(
      final('conflict'),
    )
  })

  test('that are taken for new events are tolerated: a claim may be lost, and the ledger decides', () => {
    expect(judged({ purpose: 'duplicate' }, accepted(false))).toMatchObject({
      unexpected: undefined,
      tolerated: 'duplicate: expected 202 duplicate, got 202 new',
    })
    expect(judged({ purpose: 'conflict' }, accepted(false))).toMatchObject({
      unexpected: undefined,
      tolerated: 'conflict: expected 422 IDEMPOTENCY_KEY_REUSED, got 202 new',
    })
  })

  test('that are answered in any other way were answered wrongly', () => {
    const warning = { code: 'FIELD_MISSING', path: '/payload' }
    for (const purpose of ['duplicate', 'conflict'] as const)
      for (const wrong of [refusal(401, 'UNAUTHORIZED'), accepted(false, warning)])
        expect(judged({ purpose }, wrong)).toMatchObject({
          unexpected: expect.stringContaining(`${purpose}: expected`),
          tolerated: undefined,
        })
  })

  test('of a bad event carry its warning too', () => {
    const kind = kindNamed('missing-field')
    const warning = { code: 'FIELD_MISSING', path: '/event_type' }
    expect(judged({ purpose: 'duplicate', kind }, accepted(true, warning))).toEqual(
      final('duplicate'),
    )
  })
})

test('a bad event is invalid, and has to get exactly its own answer', () => {
  const missing = kindNamed('missing-field')
  const warning = { code: 'FIELD_MISSING', path: '/event_type' }
  expect(judged({ kind: missing }, accepted(false, warning))).toEqual(final('invalid'))
  expect(judged({ kind: missing }, accepted(false))).toMatchObject({
    unexpected: 'missing-field: expected 202 new, warned FIELD_MISSING /event_type, got 202 new',
  })
  const notJson = kindNamed('not-json')
  expect(judged({ kind: notJson }, refusal(400, 'INVALID_JSON'))).toEqual(final('invalid'))
  expect(judged({ kind: notJson }, refusal(400, 'NOT_AN_OBJECT'))).toMatchObject({
    unexpected: 'not-json: expected 400 INVALID_JSON, got 400 NOT_AN_OBJECT',
  })
})

test('what is not in the contract is final, and an error', () => {
  expect(judged({}, refusal(302))).toEqual(
    final('failed', 'good: expected 202 new, got 302 without a code'),
  )
  expect(judged({}, tellNothing('99 results for 100 events'))).toEqual(
    final('failed', 'good: expected 202 new, got 99 results for 100 events'),
  )
})
