import { describe, expect, test } from 'bun:test'
import * as shapes from '../contracts/answers.ts'
import { rejectionCodes, rejections } from '../contracts/rejections.ts'
import { maxDepth } from './accept.ts'
import { maxBatchEvents } from './batch/split.ts'
import { errorAnswer, problemAnswer, problemPath } from './refusal.ts'

const findings = [
  { code: 'FIELD_MISSING', path: '/payload', message: 'missing payload' },
] as const satisfies Parameters<typeof errorAnswer>[0]['findings']

describe.each(rejectionCodes)('%s', (code) => {
  const { status, message, next } = rejections[code]

  test('says what is wrong and what to do next, in the shape of the contract', () => {
    const answer = errorAnswer({ code })
    expect(answer).toEqual({ error: { code, message, next } })
    expect(shapes.errorAnswer.allows(answer)).toBe(true)
  })

  test('is a problem of its own type, about this request', () => {
    const answer = problemAnswer({ code }, 'req_1')
    expect(answer).toEqual({
      type: problemPath(code),
      title: message,
      status,
      detail: next,
      instance: 'req_1',
      code,
    })
    expect(shapes.problemAnswer.allows(answer)).toBe(true)
  })
})

test('a more precise sentence takes the place of the usual one, and what to do next stays', () => {
  const refusal = { code: 'INVALID_JSON', message: 'not UTF-8' } as const
  const { message: title, next } = rejections.INVALID_JSON
  expect(errorAnswer(refusal)).toEqual({ error: { ...refusal, next } })
  expect(problemAnswer(refusal, 'req_1')).toMatchObject({ title, detail: `not UTF-8. ${next}` })
})

test('both shapes carry the findings and when to come back', () => {
  const refusal = { code: 'INVALID_EVENT', findings, retryAfterSeconds: 7 } as const
  const details = { findings: [...findings], retry_after_seconds: 7 }
  expect(errorAnswer(refusal).error).toMatchObject(details)
  expect(problemAnswer(refusal, 'req_1')).toMatchObject(details)
})

test('a problem names the policies that the call would exceed', () => {
  const refusal = { code: 'RATE_LIMITED', violatedPolicies: ['events', 'bytes'] } as const
  expect(problemAnswer(refusal, 'req_1')).toMatchObject({
    type: '/problems/rate-limited',
    'violated-policies': ['events', 'bytes'],
  })
})

test('what to do next names the limits that there are', () => {
  expect(rejections.TOO_DEEP.next).toContain(`at most ${maxDepth} levels`)
  expect(rejections.EMPTY_BATCH.next).toContain(`1 to ${maxBatchEvents.toLocaleString('en-US')} `)
})
