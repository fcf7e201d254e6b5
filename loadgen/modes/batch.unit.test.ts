import { describe, expect, test } from 'bun:test'
import { bodyOf } from '../http/builders.ts'
import type { Answer } from '../http/response.ts'
import { kinds } from '../kinds.ts'
import { tellNew } from '../told.ts'
import { batch, ndjson } from './batch.ts'
import type { Place } from './mode.ts'

const answer = (status: number, body: unknown, retryAfterSeconds?: number): Answer => ({
  status,
  retryAfterSeconds,
  body: bodyOf(typeof body === 'string' ? body : JSON.stringify(body)),
  keepAlive: true,
})
const read = (events: number, ...given: Parameters<typeof answer>) =>
  batch.read(answer(...given), events)
const words = (...given: Parameters<typeof read>) => read(...given).told.map((each) => each?.words)
const statuses = (...given: Parameters<typeof read>) =>
  read(...given).told.map((each) => each?.status)

const accepted = { status: 'accepted', request_id: 'r.0', duplicate: false }
const repeated = { status: 'accepted', request_id: 'q.1', duplicate: true }
const warned = { ...accepted, warnings: [{ code: 'FIELD_MISSING', path: '/event_type' }] }
const rejected = (code: string) => ({ status: 'rejected', error: { code, message: '' } })
const retry = (code: string, retry_after_seconds = 1) => ({
  ...{ status: 'retry', error: { code, message: '' } },
  retry_after_seconds,
})

const mixed = {
  ...{ accepted: 2, duplicates: 1, rejected: 2, retry: 2 },
  results: [
    ...[accepted, repeated, rejected('INVALID_JSON'), retry('IN_FLIGHT', 3)],
    ...[warned, retry('RATE_LIMITED', 12), rejected('IDEMPOTENCY_KEY_REUSED')],
  ],
}

describe('an answer with results', () => {
  test('says of each event what a single answer would have said', () => {
    expect(words(7, 200, mixed, 12)).toEqual([
      '202 new',
      '202 duplicate',
      '400 INVALID_JSON',
      '409 IN_FLIGHT',
      '202 new, warned FIELD_MISSING /event_type',
      '429 RATE_LIMITED',
      '422 IDEMPOTENCY_KEY_REUSED',
    ])
    expect(statuses(7, 200, mixed, 12)).toEqual([202, 202, 400, 409, 202, 429, 422])
    const { told, wrong } = read(7, 200, mixed, 12)
    expect(told[3]?.retryAfterSeconds).toBe(3)
    expect(wrong).toBeUndefined()
  })

  test.each(['accepted', 'duplicates', 'rejected', 'retry'] as const)(
    'whose count of %s is another is wrong, and its results count',
    (name) => {
      const { told, wrong } = read(7, 200, { ...mixed, [name]: 3 }, 12)
      expect(wrong).toBe(`batch: its count ${name} is not that of its results`)
      expect(told).toHaveLength(7)
    },
  )

  test('has the longest wait as Retry-After, and none when nothing is to be repeated', () => {
    const wrong = 'batch: Retry-After is not the longest retry_after_seconds'
    expect(read(7, 200, mixed, 11).wrong).toBe(wrong)
    expect(read(7, 200, mixed).wrong).toBe(wrong)
    const all = { accepted: 1, duplicates: 0, rejected: 0, retry: 0, results: [accepted] }
    expect(read(1, 200, all).wrong).toBeUndefined()
    expect(read(1, 200, all, 1).wrong).toBe(wrong)
  })

  test('has one for each event, or says nothing of any', () => {
    expect(words(8, 200, mixed, 12)).toEqual(Array(8).fill('7 results for 8 events'))
    expect(statuses(8, 200, mixed, 12)).toEqual(Array(8).fill(0))
    expect(words(1, 200, { results: [] })).toEqual(['0 results for 1 events'])
  })

  test('says nothing of an event whose result is not in the contract', () => {
    const results = [null, {}, { status: 'ok' }, rejected('OVERLOADED'), retry('INVALID_JSON')]
    expect(words(6, 200, { results: [...results, rejected('NEW')] })).toEqual([
      'nothing without a code',
      'nothing without a code',
      'ok without a code',
      'rejected OVERLOADED',
      'retry INVALID_JSON',
      'rejected NEW',
    ])
    expect(statuses(2, 200, { results: [null, retry('NEW')] })).toEqual([0, 0])
    expect(words(1, 200, { results: [{ status: 'accepted' }] })).toEqual(['202 without a verdict'])
  })
})

test('what accepts all events says that each is new', () => {
  const { status, body } = batch.accepts(2)
  expect(read(2, status, body)).toEqual({ told: [tellNew, tellNew], wrong: undefined })
})

test('an answer that refuses the whole says so of every event', () => {
  const refusal = { error: { code: 'UNAVAILABLE', message: '' } }
  const { told, wrong } = read(3, 503, refusal, 2)
  const one = { status: 503, words: '503 UNAVAILABLE', retryAfterSeconds: 2 }
  expect([told, wrong]).toEqual([[one, one, one], undefined])
  expect(words(1, 404, '<html>')).toEqual(['404 without a code'])
})

test('a success without results says nothing', () => {
  for (const body of ['', '[]', '{"results":{}}', '{"results":[}'])
    expect(read(2, 200, body).told.map((each) => each?.status)).toEqual([0, 0])
  expect(words(2, 202, mixed)).toEqual(['202 without results', '202 without results'])
})

describe('where an event can stand', () => {
  const placesOf = (mode: typeof batch): Record<string, Place> =>
    Object.fromEntries(kinds.map((kind) => [kind.name, mode.place(kind)]))
  const alone: Record<string, Place> = { 'wrong-media-type': 'alone', 'unknown-api-key': 'alone' }

  test('in an array: one that breaks it off is the last', () => {
    expect(placesOf(batch)).toEqual({
      ...Object.fromEntries(kinds.map(({ name }) => [name, 'any'])),
      ...{ ...alone, empty: 'none', 'not-json': 'last' },
    })
  })

  test('in lines: any line can be broken', () => {
    expect(placesOf(ndjson)).toEqual({
      ...Object.fromEntries(kinds.map(({ name }) => [name, 'any'])),
      ...{ ...alone, empty: 'none' },
    })
  })
})
