import { expect, test } from 'bun:test'
import { givenAtMs, isRequestId, requestIdAt, requestIdFrom } from './request-id.ts'

const uuid = '2bff9614-fbdd-4e95-bf31-f4a9aae9bc86'
const ms = Date.UTC(2026, 0, 2, 20, 0, 30, 123)

test('a request id is a UUID of version 7 that tells when it was given', () => {
  const id = requestIdFrom(ms, uuid)
  expect(id).toBe('req_019b804c-1bab-7e95-bf31-f4a9aae9bc86')
  expect(givenAtMs(id)).toBe(ms)
  for (const number of [9999, 100_000, Number.MAX_SAFE_INTEGER])
    expect(givenAtMs(`${id}.${number}`)).toBe(ms)
})

test('what comes later on a stream has its id with a time of its own', () => {
  const later = requestIdAt(ms + 3_600_000, requestIdFrom(ms, uuid))
  expect(later).toBe(requestIdFrom(ms + 3_600_000, uuid))
  expect(givenAtMs(`${later}.100000`)).toBe(ms + 3_600_000)
})

test('ids of one millisecond differ by their random part alone, and later ones sort behind', () => {
  const ids = [ms, ms, ms + 1].map((at) => requestIdFrom(at, crypto.randomUUID()))
  expect(new Set(ids).size).toBe(3)
  expect((ids[2] as string) > (ids[0] as string)).toBe(true)
})

test.each([
  `req_${uuid}`,
  uuid,
  'req_',
  '',
  'req_019b804c-1bab-7e95-bf31-f4a9aae9bc86.',
  'req_019b804c-1bab-7e95-bf31-f4a9aae9bc86.12345678901234567',
  'req_019b804c-1bab-7e95-bf31-f4a9aae9bc86 ',
])('%p is none of ours', (text) => {
  expect(isRequestId(text)).toBe(false)
  expect(givenAtMs(text)).toBeUndefined()
})
