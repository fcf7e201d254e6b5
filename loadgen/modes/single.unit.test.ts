import { expect, test } from 'bun:test'
import { bodyOf } from '../http/builders.ts'
import { tellNew } from '../told.ts'
import { single } from './single.ts'

const told = (status: number, body: unknown, retryAfterSeconds?: number) =>
  single.read(
    {
      status,
      retryAfterSeconds,
      body: bodyOf(typeof body === 'string' ? body : JSON.stringify(body)),
      keepAlive: true,
    },
    1,
  ).told

test('an answer says of its event whether it is new, a duplicate, or why it is refused', () => {
  const warnings = [{ code: 'FIELD_MISSING', path: '/event_type', message: '' }, {}]
  expect(told(202, { duplicate: false })).toMatchObject([{ status: 202, words: '202 new' }])
  expect(told(202, { duplicate: true, warnings })).toMatchObject([
    { words: '202 duplicate, warned FIELD_MISSING /event_type' },
  ])
  expect(told(503, { error: { code: 'OVERLOADED' } }, 2)).toEqual([
    { status: 503, words: '503 OVERLOADED', retryAfterSeconds: 2 },
  ])
})

test('what accepts an event says that it is new', () => {
  const { status, body } = single.accepts(1)
  expect(told(status, body)).toEqual([tellNew])
})

test('answers that are not in the contract are told as they are', () => {
  expect(told(202, 'ok')).toMatchObject([{ words: '202 without a verdict' }])
  expect(told(202, 'null')).toMatchObject([{ words: '202 without a verdict' }])
  expect(told(404, '<html>')).toMatchObject([{ words: '404 without a code' }])
})
