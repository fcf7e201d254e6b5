import { expect, test } from 'bun:test'
import { rejectionCodes, rejections } from './rejections.ts'

test('a code is capital letters and underscores, and stays as it is once it is out', () => {
  for (const code of rejectionCodes) expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/)
})

test('every refusal is a 4xx or 503, so that a client knows whether to repeat the call', () => {
  for (const { status } of Object.values(rejections))
    expect(status === 503 || (status >= 400 && status < 500)).toBe(true)
})

test('every sentence is one, and no two codes say the same', () => {
  const messages = Object.values(rejections).map(({ message }) => message)
  for (const sentence of [...messages, ...Object.values(rejections).map(({ next }) => next)])
    expect(sentence).toMatch(/^[A-Z](?!.*\. )[^\n]+[^.\s]$/)
  expect(new Set(messages).size).toBe(messages.length)
})

test.each(rejectionCodes)(
  '%s tells to repeat the call with the same key, or what to change',
  (code) => {
    const { status, next, retryable } = rejections[code]
    expect(retryable).toBe([409, 429, 503].includes(status))
    expect(next.includes('Repeat the call with the same key after Retry-After')).toBe(retryable)
    if (!retryable) expect(next).toMatch(/^(Choose|Correct|Give|Look at|Send|Split|Use) /)
  },
)

test.each([
  ['UNAUTHORIZED', 401],
  ['IN_FLIGHT', 409],
  ['PAYLOAD_TOO_LARGE', 413],
  ['UNSUPPORTED_MEDIA_TYPE', 415],
  ['IDEMPOTENCY_KEY_REUSED', 422],
  ['RATE_LIMITED', 429],
  ['UNCONFIRMED', 503],
] as const)('%s answers %p', (code, status) => {
  expect(rejections[code].status).toBe(status)
})
