import { expect, test } from 'bun:test'
import { bodyOf } from '../http/builders.ts'
import { kinds } from '../kinds.ts'
import { cloudevents } from './cloudevents.ts'

const words = (path: string) => {
  const body = { duplicate: false, warnings: [{ code: 'FIELD_INVALID', path, message: '' }] }
  const answer = { status: 202, retryAfterSeconds: undefined, keepAlive: true }
  return cloudevents.read({ ...answer, body: bodyOf(JSON.stringify(body)) }, 1).told[0]?.words
}

test('a warning in the names of a CloudEvent is told in those of an envelope', () => {
  expect(words('/time')).toBe('202 new, warned FIELD_INVALID /occurred_at')
  expect(words('/data/text')).toBe('202 new, warned FIELD_INVALID /payload/text')
})

test('one in the names of an envelope is not what it must be', () => {
  expect(words('/occurred_at')).toBe('202 new, warned FIELD_INVALID of no CloudEvent: /occurred_at')
})

test('what accepts an event says that it is new', () => {
  const { status, body } = cloudevents.accepts(1)
  const answer = { status, retryAfterSeconds: undefined, keepAlive: true, body: bodyOf(body) }
  expect(cloudevents.read(answer, 1).told[0]?.words).toBe('202 new')
})

test('there are all kinds of events but two', () => {
  const missing = kinds.filter((kind) => cloudevents.place(kind) === 'none')
  expect(missing.map(({ name }) => name)).toEqual(['wrong-type', 'payload-array'])
})
