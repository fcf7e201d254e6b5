import { expect, test } from 'bun:test'
import { rejections } from './rejections.ts'

test('a code is capital letters and underscores, and stays as it is once it is out', () => {
  for (const code of Object.keys(rejections)) expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/)
})

test('every refusal is a 4xx or 503, so that a client knows whether to repeat the call', () => {
  for (const { status } of Object.values(rejections))
    expect(status === 503 || (status >= 400 && status < 500)).toBe(true)
})

test('every sentence is one, and no two are the same', () => {
  const sentences = Object.values(rejections).map(({ message }) => message)
  for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z][^\n]+[^.\s]$/)
  expect(new Set(sentences).size).toBe(sentences.length)
})

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
