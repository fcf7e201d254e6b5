/** What the document says is valid, the validators take, and the reverse. */
import { describe, expect, test } from 'bun:test'
import { type Type, type } from 'arktype'
import * as answers from '../../contracts/answers.ts'
import { anEvent, below, oneOf } from '../../contracts/builders.ts'
import { envelopeFields, finding, findingsIn } from '../../contracts/envelope.ts'
import { seeded } from '../../contracts/seeded.ts'
import { type Json, schemaChecker } from '../../infra/harness/openapi.ts'
import { accept } from '../accept.ts'
import { aContext } from '../builders.ts'
import { componentSchemas } from './json-schema.ts'
import { type SchemaName, schemas } from './schemas.ts'

const check = schemaChecker({ components: { schemas } })
const isValid = (name: SchemaName, value: unknown): boolean =>
  check({ $ref: `#/components/schemas/${name}` }, value).length === 0

/** Values that sit on both sides of every bound. */
const strange: readonly [Json, ...Json[]] = [
  null,
  ...[true, false, 0, -0, 1, -1, 1.5, 1e21, 2_147_483_647, 2_147_483_648, [], [1], {}],
  ...['', ' ', '\n', 'a', 'a\u0000', 'a\u0085b', ' a', '🙂', 'ok', '1', '[]', '{}', { a: [1] }],
  ...['a', 'ä', '🙂'].flatMap((c) => [c.repeat(255), c.repeat(256)]),
  '\u2028',
  '‮x',
]

const instants: readonly [string, ...string[]] = [
  '2026-01-02T20:00:00Z',
  '2026-01-02t20:00:00z',
  '2026-01-02 20:00:00Z',
  '2026-01-02T20:00:00',
  '2026-01-02T20:00Z',
  '2026-01-02',
  '2026-02-28T00:00:00Z',
  '2026-02-29T00:00:00Z',
  '2026-02-30T00:00:00Z',
  '2024-02-29T00:00:00Z',
  '1900-02-29T00:00:00Z',
  '2000-02-29T00:00:00Z',
  '2026-04-31T00:00:00Z',
  '2026-00-01T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-01-00T00:00:00Z',
  '2026-01-32T00:00:00Z',
  '2026-01-02T24:00:00Z',
  '2026-01-02T23:60:00Z',
  '2026-01-02T23:59:60Z',
  '2026-12-31T23:59:60Z',
  '2026-01-02T20:00:00.1Z',
  '2026-01-02T20:00:00.123456789Z',
  '2026-01-02T20:00:00.1234567890Z',
  '2026-01-02T20:00:00.Z',
  '2026-01-02T20:00:00+15:59',
  '2026-01-02T20:00:00-15:59',
  '2026-01-02T20:00:00+16:00',
  '2026-01-02T20:00:00+02:60',
  '2026-01-02T20:00:00+0200',
  '2026-01-02T20:00:00+02',
  '0000-01-01T00:00:00Z',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
  '10000-01-01T00:00:00Z',
  '-001-01-01T00:00:00Z',
  ' 2026-01-02T20:00:00Z',
  '2026-01-02T20:00:00Z\n',
]

describe('Event is what can be stored', () => {
  const agree = (event: Json) => {
    const storable = typeof event === 'object' && event !== null && !Array.isArray(event)
    // Without its text: what only text can have, no schema of values can say.
    const valid = storable && findingsIn(event, '').length === 0
    expect([event, isValid('Event', event)]).toEqual([event, valid])
    return valid
  }

  test.each(envelopeFields)('for every kind of %s, and without it', (name) => {
    const kinds = [...strange, ...instants].map((value) => agree(anEvent({ [name]: value })))
    expect(kinds).toContain(true)
    expect(kinds).toContain(false)
    const { [name]: _, ...without } = anEvent()
    expect(agree(without)).toBe(false)
  })

  test('with other fields, which are kept', () => {
    expect(agree({ ...anEvent(), extra: { a: 1 } })).toBe(true)
  })

  test.each(strange.map((value) => [value]))('for %p in its place', (value) => {
    agree(value)
  })

  test('for every kind of key, where the event has to bring it', () => {
    const outcomes = strange.map((idempotency_key) => {
      const event = anEvent({ idempotency_key })
      const context = aContext({ idempotencyKey: '', validation: 'strict' })
      const taken = accept(Buffer.from(JSON.stringify(event)), context).kind === 'acceptable'
      expect([event, isValid('Event', event)]).toEqual([event, taken])
      return taken
    })
    expect(new Set(outcomes)).toEqual(new Set([true, false]))
  })

  test('for events with several fields changed at once', () => {
    const random = seeded(1)
    let valid = 0
    for (let i = 0; i < 3000; i++) {
      const changed = Array.from({ length: below(3, random) }, () => [
        oneOf(['extra', ...envelopeFields], random),
        oneOf([...strange, ...instants] as [Json], random),
      ])
      if (agree(anEvent(Object.fromEntries(changed)))) valid++
    }
    expect(valid).toBeWithin(600, 2400)
  })

  test('but for the hours in which a zone carries the first or last year out of all calendars', () => {
    for (const occurred_at of ['0001-01-01T00:00:00+01:00', '9999-12-31T23:59:59-01:00']) {
      expect(findingsIn(anEvent({ occurred_at }), '')).toHaveLength(1)
      expect(isValid('Event', anEvent({ occurred_at }))).toBe(true)
    }
  })
})

describe('answers', () => {
  const shapes: [SchemaName, Type][] = [
    ['Finding', finding],
    ['Accepted', answers.acceptedAnswer],
    ['Code', answers.code],
    ['Error', answers.errorAnswer],
    ['Problem', answers.problemAnswer],
    ['ProblemType', answers.problemTypeAnswer],
    ['ProblemTypes', answers.problemTypesAnswer],
    ['Rejected', answers.rejectedVerdict],
    ['Retry', answers.retryVerdict],
    ['Verdict', answers.batchVerdict],
    ['BatchAnswer', answers.batchAnswer],
    ['Health', answers.healthAnswer],
    ['Readiness', answers.readinessAnswer],
  ]

  test.each(shapes)('%s: its schema and its shape take and refuse the same', (name, shape) => {
    const { examples } = schemas[name] as { examples: Json[] }
    const outcomes = examples.flatMap((example) =>
      [example, ...mutationsOf(example)].map((value) => {
        expect([value, isValid(name, value)]).toEqual([value, shape.allows(value)])
        return shape.allows(value)
      }),
    )
    expect(outcomes).toContain(true)
    expect(outcomes.filter((allowed) => !allowed).length).toBeGreaterThan(10)
  })
})

test('a check that no schema can express is an error, not a gap', () => {
  const odd = type('string').narrow((text) => text.length % 2 === 1)
  const described = { shape: odd, description: 'Odd', examples: ['a'] } as const
  expect(() => componentSchemas({ Odd: described })).toThrow('JSON Schema cannot say')
})

/** The value with every part of it, one at a time, left out, renamed, or replaced by something strange. */
function mutationsOf(value: Json): Json[] {
  const replaced = [...strange, 'accepted', 'retry', 'RATE_LIMITED', 12]
  if (typeof value !== 'object' || value === null) return replaced
  if (Array.isArray(value)) {
    const each = value.flatMap((part, i) => mutationsOf(part).map((other) => value.with(i, other)))
    return [...replaced, ...each, [...value, ...value]]
  }
  return [
    ...replaced,
    ...Object.keys(value).flatMap((name) => {
      const { [name]: part, ...rest } = value
      return [
        rest,
        { ...rest, [`${name}_`]: part },
        ...mutationsOf(part).map((other) => ({ ...rest, [name]: other })),
      ]
    }),
  ]
}
