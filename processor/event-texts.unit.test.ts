import { describe, expect, test } from 'bun:test'
import { anEvent } from '../contracts/builders.ts'
import type { Envelope } from '../contracts/envelope.ts'
import { eventTexts } from './event-texts.ts'

/** A record with an event of this text, and what is made of it. */
const textsOf = (event: string) => {
  const record = `{"tenant_id":"t","received_at":"r","request_id":"q","idempotency_key":"k","event":${event}}`
  const texts = eventTexts(record, JSON.parse(record).event as Envelope)
  expect(texts.head + (texts.payload ?? '') + texts.tail).toBe(record)
  return texts
}
const withPayload = (payload: string, more = '') =>
  `{"event_id":"e","event_type":"t","schema_version":1,"occurred_at":"o","payload":${payload}${more}}`

describe('a payload stands as its producer wrote it', () => {
  test.each([
    '{}',
    '{"a":1,"b":[true,null,-2.5,"x"],"c":{"d":{}}}',
    '{"text":"quote \\" slash \\\\ newline \\n é 🙂"}',
    '{"__proto__":1}',
    '{"event_id":"another"}',
  ])('%p', (payload) => {
    expect(textsOf(withPayload(payload))).toMatchObject({ payload, extra: undefined })
  })

  test('wherever it stands among the fields', () => {
    const { event_id, payload, ...others } = anEvent({ payload: { a: 1 } })
    const reordered = JSON.stringify({ payload, ...others, event_id })
    expect(textsOf(reordered).payload).toBe('{"a":1}')
  })
})

describe('a payload is left to Postgres when', () => {
  test.each([
    ['a number is written otherwise', '{"a":1.0}'],
    ['a number has an exponent', '{"a":1e3}'],
    ['a number has more digits than a double', '{"a":12345678901234567890}'],
    ['a number is the negative zero', '{"a":-0}'],
    ['a name is there twice', '{"a":1,"a":2}'],
    ['names are numbers in another order', '{"2":1,"1":2}'],
    ['it has white space', '{"a": 1}'],
    ['it has an escape that need not be one', '{"a":"\\u0041"}'],
    ['a slash is escaped', '{"a":"\\/"}'],
    ['another payload stands in it', '{"payload":{"payload":{}}}'],
    ['its name stands in it', '{"a":"payload"}'],
    ['it is long', `{"a":"${'x'.repeat(32 * 1024)}"}`],
    ['it is nested without end', `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`],
  ])('%s', (_, payload) => {
    expect(textsOf(withPayload(payload)).payload).toBeUndefined()
  })

  test('white space stands before it', () => {
    expect(textsOf(withPayload(' {}')).payload).toBeUndefined()
  })

  test.each([
    [
      'its name is written with an escape, and a value is called so',
      '"pay\\u006coad":{"a":["payload",{}]}',
    ],
    ['its name is there twice', '"payload":{"a":1},"payload":{"a":2}'],
    ['the other one is the same number otherwise', '"payload":{"a":1},"pay\\u006coad":{"a":1.00}'],
    ['a longer name ends like it', '"my\\"payload":{},"p\\u0061yload":{}'],
  ])('%s', (_, fields) => {
    const event = `{"event_id":"e","event_type":"t","schema_version":1,"occurred_at":"o",${fields}}`
    expect(textsOf(event).payload).toBeUndefined()
  })

  test('what stands beside it is more than text', () => {
    expect(textsOf(withPayload('{}', ',"n":1')).payload).toBeUndefined()
    expect(textsOf(withPayload('{}', ',"flag":true')).payload).toBeUndefined()
  })
})

test('texts beside the envelope are its extra', () => {
  expect(
    textsOf(withPayload('{}', ',"idempotency_key":"k","note":"aé\\n","__proto__":"p"')),
  ).toMatchObject({
    payload: '{}',
    extra: '{"idempotency_key":"k","note":"aé\\n","__proto__":"p"}',
  })
})
