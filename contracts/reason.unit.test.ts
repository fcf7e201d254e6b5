import { expect, test } from 'bun:test'
import { reasonOf } from './reason.ts'

const refused = new Error('connect ECONNREFUSED 127.0.0.1:9092')

test.each([
  ['a plain error', refused, 'connect ECONNREFUSED 127.0.0.1:9092'],
  ['a cause', new Error('no route', { cause: refused }), `no route: ${refused.message}`],
  [
    'several tries',
    new AggregateError([new Error('first'), refused], 'fetch failed 2 times.'),
    `fetch failed 2 times: ${refused.message}`,
  ],
  ['the same message again', new Error('gone', { cause: new Error('gone') }), 'gone'],
  ['what is no error', 'gone', 'gone'],
  ['nothing', undefined, ''],
])('%s reads in one sentence', (_, error, sentence) => {
  expect(reasonOf(error)).toBe(sentence)
})

test('an error that is its own cause ends', () => {
  const error = new Error('round')
  error.cause = error
  expect(reasonOf(error)).toBe('round')
})
