/**
 * Events that could not be stored as they are, and those that look so and can: each is accepted, with a warning where
 * it is due, and has exactly one outcome, which the warning foretold.
 */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { anEvent, without } from '../harness/builders.ts'
import { type Answer, type Pulse, startPulse } from '../harness/pulse.ts'
import { until } from '../harness/until.ts'

const fields = ['event_id', 'event_type', 'schema_version', 'occurred_at', 'payload'] as const
const wrong = { null: null, empty: '', blank: ' \t', false: false, 'a list': ['x'] } as const
const ofAnotherType = fields.flatMap((name) =>
  Object.entries(wrong).map(([what, value]) => [`${name} ${what}`, anEvent({ [name]: value })]),
)

const dead: Readonly<Record<string, object | string>> = {
  ...Object.fromEntries(fields.map((name) => [`no ${name}`, without(anEvent(), name)])),
  ...Object.fromEntries(ofAnotherType),
  'U+0000 in a value': anEvent({ payload: { text: 'a\0b' } }),
  'U+0000 in a name': anEvent({ payload: { 'a\0b': 1 } }),
  'U+0000 in the id': anEvent({ event_id: 'a\0b' }),
  'U+0000 in the type': anEvent({ event_type: 'a\0b' }),
  'the first half of a pair': JSON.stringify(anEvent({ payload: { text: '?' } })).replace(
    '?',
    '\\ud83d',
  ),
  'the second half of a pair': JSON.stringify(anEvent({ payload: { text: '?' } })).replace(
    '?',
    '\\ude42',
  ),
  'schema_version 0': anEvent({ schema_version: 0 }),
  'schema_version -1': anEvent({ schema_version: -1 }),
  'schema_version 1.5': anEvent({ schema_version: 1.5 }),
  'schema_version "1"': anEvent({ schema_version: '1' }),
  'schema_version 2^31': anEvent({ schema_version: 2 ** 31 }),
  'occurred_at without a zone': anEvent({ occurred_at: '2026-01-02T20:00:00' }),
  'occurred_at on the 30th of February': anEvent({ occurred_at: '2026-02-30T00:00:00Z' }),
  'occurred_at a number': anEvent({ occurred_at: 1_767_384_000 }),
  'occurred_at words': anEvent({ occurred_at: 'yesterday' }),
  'a type of 10 KB': anEvent({ event_type: 'x'.repeat(10_240) }),
  'a type in lines': anEvent({ event_type: 'a\nb' }),
  'an id of 256 characters': anEvent({ event_id: 'x'.repeat(256) }),
  'a number that no numeric holds': JSON.stringify(anEvent({ payload: { n: 7 } })).replace(
    '7',
    '1e999999',
  ),
}

const stored: Readonly<Record<string, object | string>> = {
  'an empty payload': anEvent({ payload: {} }),
  'unknown fields': { ...anEvent(), more: { of: ['it'] }, tenant_id: 'tenant_b' },
  'a payload that is deep': anEvent({
    payload: JSON.parse(`${'{"a":'.repeat(62)}1${'}'.repeat(62)}`),
  }),
  'schema_version 2^31 - 1': anEvent({ schema_version: 2 ** 31 - 1 }),
  'occurred_at with an offset': anEvent({ occurred_at: '2026-01-02T20:00:00+05:30' }),
  'occurred_at in the year 9999': anEvent({ occurred_at: '9999-12-31T23:59:59Z' }),
  'a type that is a path': anEvent({ event_type: '../../etc/passwd' }),
  'a type that turns the line around': anEvent({ event_type: 'a\u202eb' }),
  'an id in another script': anEvent({ event_id: '注文-🙂-é' }),
  'what COPY reads as its own': anEvent({
    event_id: '\\N',
    event_type: '\\.',
    payload: { '\t': '\n\r\t\b\f\v\\', '\\.': '\\N', '\u0001': '\u001f' },
  }),
  'what SQL reads as its own': anEvent({
    event_type: `'; drop table events; --`,
    payload: { $1: '$$' },
  }),
  'names that objects have': JSON.stringify(anEvent({ payload: { p: 1 } })).replace(
    '"p":1',
    '"__proto__":{"a":1},"constructor":2,"toString":3,"":4',
  ),
  'numbers that no double holds': JSON.stringify(anEvent({ payload: { n: 7 } })).replace(
    '7',
    '[12345678901234567890,0.1000,1e400]',
  ),
  'a name twice': JSON.stringify(anEvent({ payload: { n: 7 } })).replace('"n":7', '"n":7,"n":8'),
}

let pulse: Pulse
const answers = new Map<string, Answer>()
const keyOf = (name: string) => `${run}: ${name}`
const run = crypto.randomUUID()

beforeAll(async () => {
  pulse = await startPulse()
  for (const [name, event] of Object.entries({ ...dead, ...stored }))
    answers.set(name, await pulse.post(event, { 'Idempotency-Key': keyOf(name) }))
  await until('each has an outcome', async () => {
    const [row] = await pulse.sql<{ n: number }[]>`select count(*)::int as n from event_keys`
    return row?.n === answers.size
  })
}, 90_000)
afterAll(() => pulse?.stop())

const rowsOf = async (name: string) => {
  const key = keyOf(name)
  const rows = await pulse.sql<{ payload: string }[]>`
    select payload::text as payload from events where idempotency_key = ${key}`
  const letters = await pulse.sql<{ original: Uint8Array; sentence: string }[]>`
    select original, sentence from dead_letters where idempotency_key = ${key}`
  return { rows, letters }
}

test.each(Object.entries(dead))(
  '%s: a warning, and a dead letter that keeps it',
  async (name, event) => {
    const { status, body } = answers.get(name) as Answer
    expect(status).toBe(202)
    const { rows, letters } = await rowsOf(name)
    expect([rows.length, letters.length]).toEqual([0, 1])
    for (const { message } of body.warnings) expect(letters[0]?.sentence).toContain(message)
    const text = typeof event === 'string' ? event : JSON.stringify(event)
    expect(Buffer.from(letters[0]?.original ?? []).toString()).toContain(text)
  },
)

test.each(Object.entries(stored))(
  '%s: no warning, and a row that keeps it',
  async (name, event) => {
    const { status, body } = answers.get(name) as Answer
    expect([status, body.warnings]).toEqual([202, undefined])
    const { rows, letters } = await rowsOf(name)
    expect([rows.length, letters.length]).toEqual([1, 0])
    const sent = typeof event === 'string' ? JSON.parse(event) : event
    expect(JSON.parse(rows[0]?.payload ?? '')).toEqual(sent.payload)
  },
)

test('no event changed the tenant that its key names', async () => {
  const rows = await pulse.sql`select distinct tenant_id from event_keys`
  expect(rows.map(({ tenant_id }) => tenant_id)).toEqual(['tenant_a'])
})
