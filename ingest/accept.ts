/**
 * Decides from an event's bytes alone whether it can be taken: pure, no clock, no client. Every door asks this.
 * Quota, claim and Kafka come later; whether an accepted event can be *stored* is the processor's decision, which
 * the warnings foretell.
 */
import { isUtf8 } from 'node:buffer'
import { type Finding, findingsIn } from '../contracts/envelope.ts'
import { fingerprintOf } from '../contracts/fingerprint.ts'
import { type JsonShape, jsonShape } from '../contracts/json-bytes.ts'
import { producerKey } from '../contracts/producer-key.ts'
import type { RejectionCode } from '../contracts/rejections.ts'
import type { Tenant } from './tenants.ts'

/** What an event came with, beside its bytes. */
export type EventContext = {
  /** As the door's own means gave it; '' leaves it to the event. */
  readonly idempotencyKey: string
  /** What the event is to be ordered by; '' for nothing but itself. */
  readonly orderingKey: string
  /** Where the event has no `idempotency_key` either: none, or its `event_id`. */
  readonly keyOfLastResort: 'none' | 'event_id'
  readonly validation: Tenant['validation']
}

export type Acceptable = {
  readonly kind: 'acceptable'
  readonly idempotencyKey: string
  /** What the event is ordered by among its tenant's: the ordering key, else its own key. */
  readonly orderedBy: string
  readonly fingerprint: string
  readonly event: Buffer
  readonly warnings: readonly Finding[]
}

export type Refused = {
  readonly kind: 'refused'
  readonly code: RejectionCode
  /** Replaces the code's own sentence where more can be said. */
  readonly message?: string
  readonly findings?: readonly Finding[]
}

/** Arrays and objects that may be open at once. */
export const maxDepth = 64

/** Whether a text may be an idempotency key or an ordering key. */
export const isKey = (text: string): boolean => producerKey.test(text)

/** `seen` is the event's shape, where somebody has looked at its bytes before. */
export function accept(
  event: Buffer,
  context: EventContext,
  seen?: JsonShape,
): Acceptable | Refused {
  const { idempotencyKey: given, orderingKey } = context
  if (given !== '' && !isKey(given)) return refused('IDEMPOTENCY_KEY_INVALID')
  if (orderingKey !== '' && !isKey(orderingKey)) return refused('ORDERING_KEY_INVALID')
  if (!isUtf8(event)) return refused('INVALID_JSON', 'The event is not valid UTF-8')
  const shape = seen ?? jsonShape(event)
  if (shape.depth > maxDepth)
    return refused('TOO_DEEP', `The event is nested more than ${maxDepth} levels deep`)
  const text = event.toString('utf8')
  const value = parse(text)
  if (value === undefined) return notJson(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refused('NOT_AN_OBJECT')

  const idempotencyKey = given || keyIn(value, context.keyOfLastResort)
  if (typeof idempotencyKey !== 'string' || !isKey(idempotencyKey))
    return noKey(idempotencyKey, context.keyOfLastResort)
  const findings = findingsIn(value, text)
  if (findings.length > 0 && context.validation === 'strict')
    return { kind: 'refused', code: 'INVALID_EVENT', findings }
  return {
    kind: 'acceptable',
    idempotencyKey,
    orderedBy: orderingKey || idempotencyKey,
    fingerprint: fingerprintOf(shape.compact),
    event,
    warnings: findings,
  }
}

/** The JSON value, or undefined: no JSON text has that value. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const notJson = (text: string): Refused =>
  text.trim() === ''
    ? refused('INVALID_JSON', 'The body is empty: send one JSON object')
    : refused('INVALID_JSON')

function keyIn(event: object, lastResort: EventContext['keyOfLastResort']): unknown {
  const { idempotency_key, event_id } = event as Record<string, unknown>
  return idempotency_key ?? (lastResort === 'event_id' ? event_id : undefined)
}

/** Where no header could have given the key, the sentence must not ask for one. */
function noKey(found: unknown, lastResort: EventContext['keyOfLastResort']): Refused {
  const code =
    found === undefined || found === null ? 'IDEMPOTENCY_KEY_REQUIRED' : 'IDEMPOTENCY_KEY_INVALID'
  return refused(code, lastResort === 'none' ? undefined : keyInEventWanted)
}

const keyInEventWanted =
  'The event needs an idempotency_key or an event_id of 1 to 255 printable ASCII characters: the same on every retry'

export const refused = (code: RejectionCode, message?: string): Refused =>
  message === undefined ? { kind: 'refused', code } : { kind: 'refused', code, message }
