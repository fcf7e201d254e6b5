/** Whatever is sent, in whichever form: the door does not throw, and what it warns of is what the processor decides. */
import { expect, test } from 'bun:test'
import { below, jsonTokens, objectTokens, oneOf, spaced } from '../../contracts/builders.ts'
import { aFlatEvent } from '../../contracts/commerce/builders.ts'
import { commerceTypes } from '../../contracts/commerce/events.ts'
import { memberBytes } from '../../contracts/json-bytes.ts'
import { recordKey, recordValue } from '../../contracts/record.ts'
import { seeded } from '../../contracts/seeded.ts'
import { decode } from '../../processor/decode.ts'
import { type Acceptable, acceptBinary, type Refused } from '../accept.ts'
import { aContext } from '../builders.ts'
import { aCloudEvent, decided } from './builders.ts'

const now = Date.parse('2026-01-02T20:00:00Z')

/** What the processor makes of the record that the door would write, with its fingerprint in a header or without. */
function processed(decision: Acceptable, told: boolean) {
  const receivedAt = new Date(now).toISOString()
  const { idempotencyKey, orderedBy, event, fingerprint } = decision
  const ids = { tenantId: 'tenant_a', receivedAt, requestId: 'req_1', idempotencyKey }
  const record = {
    offset: 0n,
    key: Buffer.from(recordKey('tenant_a', orderedBy)),
    value: recordValue(ids, event),
    headers: told ? { fingerprint } : {},
    timestampMs: now,
  }
  return decode(record, { topicId: 't', partition: 0 }, { nowMs: now, ledgerDays: 90 })
}

function expectForetold(decision: Acceptable | Refused): string {
  if (decision.kind === 'refused') return decision.code
  const judged = processed(decision, false)
  expect(judged.fingerprint).toBe(decision.fingerprint)
  expect(processed(decision, true).kind).toBe(judged.kind)
  const messages = decision.warnings.map(({ message }) => message).join('; ')
  expect(judged.kind === 'dead' ? judged.reason.sentence : '').toBe(messages.toWellFormed())
  return judged.kind
}

/** An object's text with some members left out, or given another value. */
function disturbed(event: object, random: () => number): string {
  const members = Object.entries(event).flatMap(([name, value]) => {
    const chance = random()
    if (chance < 0.1) return []
    const json = chance < 0.25 ? jsonTokens(random, 2).join('') : JSON.stringify(value)
    return [`${JSON.stringify(name)}:${json}`]
  })
  const more = random() < 0.2 ? [`"more":${jsonTokens(random, 2).join('')}`] : []
  return `{${[...members, ...more].join(oneOf([',', ' ,\n'], random))}}`
}

test('flat events are decided as the door foretold', () => {
  const random = seeded(11)
  const outcomes = Array.from({ length: 3000 }, () => {
    const type = commerceTypes[below(4, random)] ?? 'UserCreated'
    return expectForetold(decided(disturbed(aFlatEvent(type), random), { idempotencyKey: 'k' }))
  })
  expect(new Set(outcomes)).toEqual(new Set(['event', 'dead']))
})

test('CloudEvents in structured mode are decided as the door foretold', () => {
  const random = seeded(12)
  const full = aCloudEvent({ subject: 's', partitionkey: 'p', dataschema: 'urn:x', n: 1 })
  const outcomes = Array.from({ length: 3000 }, () =>
    expectForetold(decided(disturbed(full, random), { format: 'cloudevent' })),
  )
  for (const outcome of ['event', 'dead', 'IDEMPOTENCY_KEY_REQUIRED', 'IDEMPOTENCY_KEY_INVALID'])
    expect(outcomes).toContain(outcome)
})

test('CloudEvents in binary mode are decided as the door foretold', () => {
  const random = seeded(13)
  const types = ['application/json', 'text/plain', '', 'a/b', 'json'] as const
  const values = ['', ' ', '%', '%00', '%F0%9F%98%80', '"', '"a\\"', 'é', '\ud800', '1.0'] as const
  const outcomes = Array.from({ length: 3000 }, () => {
    const { data: _, ...attributes } = aCloudEvent({ subject: 's', partitionkey: 'p' })
    const given = Object.entries(attributes).map(
      ([name, value]) => [name, random() < 0.1 ? oneOf(values, random) : value] as const,
    )
    const body = Buffer.from(spaced(jsonTokens(random, 3), random))
    if (random() < 0.1) body[below(body.length, random)] = 0xff
    const head = { contentType: oneOf(types, random), headers: given }
    return expectForetold(acceptBinary(head, body, aContext({ idempotencyKey: '' })))
  })
  for (const outcome of ['event', 'dead', 'CLOUDEVENT_INVALID', 'INVALID_JSON'])
    expect(outcomes).toContain(outcome)
})

test('data that is an object is the payload, with every number and string as it was written', () => {
  const random = seeded(14)
  for (let i = 0; i < 2000; i++) {
    const tokens = objectTokens(random)
    const sent = `{"specversion":"1.0","id":"1","source":"/s","type":"t","data":${spaced(tokens, random)}}`
    const decision = decided(sent, { format: 'cloudevent' })
    if (decision.kind === 'refused') throw new Error(decision.code)
    expect(Buffer.from(memberBytes(decision.event, 'payload') ?? []).toString()).toBe(
      tokens.join(''),
    )
  }
})
