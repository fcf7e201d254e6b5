import { describe, expect, test } from 'bun:test'
import { anEvent, anEventWithout } from './builders.ts'
import { envelopeFields, findingsIn } from './envelope.ts'
import { isIdentifier } from './identifier.ts'

const findings = (event: object) => findingsIn(event, JSON.stringify(event))
const codesIn = (event: object) => findings(event).map(({ code, path }) => `${code} ${path}`)

test('a valid event has no findings', () => {
  expect(findings(anEvent())).toEqual([])
})

test('unknown extra fields are no finding', () => {
  expect(codesIn(anEvent({ trace: 'x', 'a/b': [null] }))).toEqual([])
})

test('the fields are those of the documented envelope', () => {
  expect<string[]>([...envelopeFields].sort()).toEqual(Object.keys(anEvent()).sort())
})

test.each([...envelopeFields])('a missing %s is said to be missing', (name) => {
  expect(codesIn(anEventWithout(name))).toEqual([`FIELD_MISSING /${name}`])
})

test('every missing field is told, in the documented order', () => {
  expect(codesIn({})).toEqual(envelopeFields.map((name) => `FIELD_MISSING /${name}`))
})

test.each(envelopeFields.flatMap((name) => [null, true, [], ['a']].map((value) => [name, value])))(
  'the field %s must not be %p',
  (name, value) => {
    expect(codesIn(anEvent({ [String(name)]: value }))).toEqual([`FIELD_INVALID /${name}`])
  },
)

test.each([
  ['schema_version', [0, -1, 1.5, 2 ** 31, '1', '', {}, Number.POSITIVE_INFINITY]],
  ['occurred_at', ['', ' ', '2026-01-02T20:00:00', '2026-02-30T00:00:00Z', 1767384000, {}]],
  ['payload', ['', '{}', 0, 'x']],
  ['event_id', ['', 7, {}]],
  ['event_type', ['', 7, {}]],
])('%s refuses each of %p', (name, values) => {
  for (const value of values)
    expect(codesIn(anEvent({ [name]: value }))).toEqual([`FIELD_INVALID /${name}`])
})

test.each([
  ['schema_version', [1, 2, 2 ** 31 - 1]],
  ['occurred_at', ['2026-01-02T20:00:00+02:00', '9999-12-31T23:59:59Z']],
  ['payload', [{}, { a: { b: [1] } }]],
])('%s takes each of %p', (name, values) => {
  for (const value of values) expect(codesIn(anEvent({ [name]: value }))).toEqual([])
})

test('a message names the field and says what it must be', () => {
  expect(findings(anEvent({ schema_version: 0 }))).toEqual([
    {
      code: 'FIELD_INVALID',
      path: '/schema_version',
      message: 'schema_version must be a whole number from 1 to 2147483647',
    },
  ])
})

describe('text that Postgres refuses', () => {
  test.each([
    [{ payload: { a: ['\0'] } }, 'TEXT_UNSTORABLE /payload/a/0'],
    [{ payload: { '\0': 1 } }, 'TEXT_UNSTORABLE /payload'],
    [{ event_id: 'a\ud83d' }, 'TEXT_UNSTORABLE /event_id'],
    [{ event_type: '\ude42' }, 'TEXT_UNSTORABLE /event_type'],
    [{ extra: '\0' }, 'TEXT_UNSTORABLE /extra'],
    [{ '\0': 1 }, 'TEXT_UNSTORABLE '],
  ])('%p is a finding', (given, finding) => {
    expect(codesIn(anEvent(given))).toContain(finding)
  })

  test('is told beside what else is wrong', () => {
    expect(codesIn(anEvent({ schema_version: 0, payload: { a: '\0' } }))).toEqual([
      'FIELD_INVALID /schema_version',
      'TEXT_UNSTORABLE /payload/a',
    ])
  })
})

describe('an identifier', () => {
  test.each([
    'a',
    ' a ',
    'x'.repeat(255),
    '🙂'.repeat(255),
    'a:b{}*"\'\\',
    '../../etc/passwd',
    'abc\u202efed',
    '日本',
  ])('may be %p', (text) => {
    expect(isIdentifier(text)).toBe(true)
  })

  test.each([
    '',
    ' ',
    '\u00a0\u2003',
    'x'.repeat(256),
    '🙂'.repeat(256),
    'x'.repeat(10_240),
    'a\nb',
    'a\n',
    '\ta',
    'a\r\nb',
    'a\0',
    'a\u007f',
    'a\u0085',
    7,
    null,
    undefined,
    {},
    [['a']],
  ])('may not be %p', (value) => {
    expect(isIdentifier(value)).toBe(false)
  })
})

test('a path through a key of any length is told in 255 characters', () => {
  const [finding] = findings(anEvent({ payload: { ['k'.repeat(10_000)]: 'a\0b' } }))
  expect(finding?.path).toBe(`/payload/${'k'.repeat(246)}…`)
  expect(finding?.message.length).toBeLessThan(400)
})
