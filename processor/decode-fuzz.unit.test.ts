import { describe, expect, test } from 'bun:test'
import { anEvent, below, oneOf } from '../contracts/builders.ts'
import { findingsIn } from '../contracts/envelope.ts'
import { seeded } from '../contracts/seeded.ts'
import { isTenantId } from '../contracts/tenant.ts'
import { fields, judge } from './builders.ts'
import type { Judged } from './decode.ts'

const isStorable = (text: string) => text.isWellFormed() && !text.includes('\0')

/** Every promise that `Judged` makes, whatever the record was. */
function expectWellJudged(judged: Judged): void {
  const { idempotencyKey, fingerprint, receivedAt, requestId, eventId, eventType } = judged
  const reason = judged.kind === 'dead' ? [judged.reason.sentence, judged.reason.path ?? ''] : []
  const ordering = judged.kind === 'event' ? [judged.orderingKey ?? ''] : []
  const texts = [idempotencyKey, requestId ?? '', eventId ?? '', eventType ?? '']
  expect([...texts, ...reason, ...ordering].filter((text) => !isStorable(text))).toEqual([])
  expect(judged.tenantId === '' || isTenantId(judged.tenantId)).toBe(true)
  expect(idempotencyKey).not.toBe('')
  expect(fingerprint).toMatch(/^[0-9a-f]{32}$/)
  expect(new Date(receivedAt).toISOString()).toBe(receivedAt)
  if (judged.kind === 'event') expectStorable(judged)
}

function expectStorable(judged: Judged & { kind: 'event' }): void {
  const record = judged.value.toString()
  const { event } = JSON.parse(record)
  expect(findingsIn(event, record)).toEqual([])
  expect(judged.head + (judged.payload ?? '') + judged.tail).toBe(record)
  expect(judged).toMatchObject({
    eventId: event.event_id,
    eventType: event.event_type,
    schemaVersion: event.schema_version,
    occurredAt: event.occurred_at ?? judged.receivedAt,
  })
  if (judged.payload === undefined) return
  const { event_id, event_type, schema_version, occurred_at, payload, ...extra } = event
  expect(JSON.parse(judged.payload)).toEqual(payload)
  expect(JSON.parse(judged.extra ?? '{}')).toEqual(extra)
}

test('never throws, and keeps its promises, for 5000 records with bytes changed', () => {
  const random = seeded(7)
  const original = Buffer.from(JSON.stringify(fields({ event: anEvent({ note: 'é\0🙂' }) })))
  for (let i = 0; i < 5000; i++) expectWellJudged(judge(mutated(original, random)))
})

test('never throws, and keeps its promises, for 5000 records with fields changed', () => {
  const random = seeded(8)
  const seen = new Set<string>()
  for (let i = 0; i < 5000; i++) {
    const change = () => ({ [oneOf(names, random)]: oneOf(values, random) })
    const event = below(4, random) === 0 ? oneOf(values, random) : anEvent(change())
    const judged = judge({ event, ...(below(2, random) === 0 ? change() : {}) }, aKey(random))
    expectWellJudged(judged)
    seen.add(judged.kind === 'event' ? 'event' : judged.reason.code)
  }
  expect([...seen].sort()).toEqual([
    'RECEIVED_AT_OUT_OF_RANGE',
    'UNREADABLE_RECORD',
    'VALIDATION_FAILED',
    'event',
  ])
})

describe('100,000 levels', () => {
  const depth = 100_000
  const nested = (inner: string) => `${'{"a":'.repeat(depth)}${inner}${'}'.repeat(depth)}`
  const recordWith = (payload: string) =>
    JSON.stringify(fields({ event: anEvent({ payload: 'HERE' }) })).replace('"HERE"', payload)

  test('get a verdict', () => {
    expectWellJudged(judge(recordWith('[1]')))
    expect(['event', 'dead']).toContain(judge(recordWith(nested('1'))).kind)
  })

  test('hide no text that Postgres refuses', () => {
    expect(judge(recordWith(nested('"\\u0000"'))).kind).toBe('dead')
  })
})

test('a record of a megabyte of texts beside an escape gets a verdict', () => {
  const list: string[] = new Array(340_000).fill('')
  expect(judge({ event: anEvent({ payload: { a: '\u0001', list } }) }).kind).toBe('event')
})

const names: readonly [string, ...string[]] = [
  'tenant_id',
  ...['received_at', 'request_id', 'idempotency_key', 'event', 'event_id', 'event_type'],
  ...['schema_version', 'occurred_at', 'payload', '__proto__', 'a\0', '\ud83d'],
]

const values: readonly [unknown, ...unknown[]] = [
  null,
  ...[0, -1, 1.5, 2 ** 31, true, [], [[]], {}, { a: '\0' }, { '\ude42': '\ud83d' }],
  ...['', ' ', 'x', 'a\0b', '\ud83d', 'a\nb', 'x'.repeat(256), '2199-01-01T00:00:00Z', undefined],
]

const aKey = (random: () => number) => ({
  key: Buffer.from(oneOf(['tenant_a:x', 'tenant_a:\0', 'tenant_a:', '', '\ud83d'], random)),
})

function mutated(original: Buffer, random: () => number): Buffer {
  const start = below(8, random) === 0 ? below(original.length, random) : 0
  const end = below(8, random) === 0 ? below(original.length, random) : original.length
  const value = Buffer.from(original.subarray(start, Math.max(start, end)))
  for (let change = below(4, random); change > 0 && value.length > 0; change--)
    value[below(value.length, random)] = below(256, random)
  return value
}
