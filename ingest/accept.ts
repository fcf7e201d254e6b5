/**
 * Decides from an event's bytes alone whether it can be taken: pure, no clock, no client. Every door asks this. An event
 * in another form than the envelope's goes on as the envelope that edges/ makes of it.
 * Quota, claim and Kafka come later; whether an accepted event can be *stored* is the processor's decision, which
 * the warnings foretell.
 */
import { isUtf8 } from 'node:buffer'
import { type Finding, findingsIn } from '../contracts/envelope.ts'
import { fingerprintOf } from '../contracts/fingerprint.ts'
import { type JsonShape, jsonShape } from '../contracts/json-bytes.ts'
import { producerKey } from '../contracts/producer-key.ts'
import { type BinaryHead, readBinary } from './edges/ce-binary.ts'
import { readStructured } from './edges/ce-structured.ts'
import { fromCloudEvent } from './edges/cloudevent.ts'
import { fromFlat, isFlat } from './edges/flat.ts'
import type { Normalised } from './edges/normalised.ts'
import type { EventFormat } from './media-type.ts'
import { type Refused, refused } from './refused.ts'
import type { Tenant } from './tenants.ts'

export { type Refused, refused } from './refused.ts'

/** What an event came with, beside its bytes. */
export type EventContext = {
  /** As the door's own means gave it; '' leaves it to the event. */
  readonly idempotencyKey: string
  /** What the event is to be ordered by; '' for nothing but itself. */
  readonly orderingKey: string
  /** Where the event has no `idempotency_key` either: none, or its `event_id`. */
  readonly keyOfLastResort: 'none' | 'event_id'
  readonly validation: Tenant['validation']
  /** What its bytes are; an event unless said otherwise. */
  readonly format?: EventFormat
}

export type Acceptable = {
  readonly kind: 'acceptable'
  readonly idempotencyKey: string
  /** What the event is ordered by among its tenant's: the ordering key, else its own key. */
  readonly orderedBy: string
  readonly fingerprint: string
  readonly event: Buffer
  readonly warnings: readonly Finding[]
  /** A trace context that the event carries, for where its request has none. */
  readonly traceparent?: string | undefined
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
  const wrongKey = wrongKeyIn(context)
  if (wrongKey !== undefined) return wrongKey
  if (!isUtf8(event)) return refused('INVALID_JSON', 'The event is not valid UTF-8')
  const shape = seen ?? jsonShape(event)
  if (shape.depth > maxDepth)
    return refused('TOO_DEEP', `The event is nested more than ${maxDepth} levels deep`)
  const text = event.toString('utf8')
  const value = parse(text)
  if (value === undefined) return notJson(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refused('NOT_AN_OBJECT')
  if (context.format === 'cloudevent')
    return acceptNormalised(
      fromCloudEvent(readStructured(value, shape.compact, maxDepth - 1)),
      context,
    )
  if (isFlat(value)) return acceptNormalised(fromFlat(value, shape.compact), context)

  const { idempotencyKey: given, orderingKey } = context
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
    traceparent: undefined,
  }
}

/** The same for a CloudEvent in the binary mode of HTTP: `body` is its data. */
export function acceptBinary(
  head: BinaryHead,
  body: Buffer,
  context: EventContext,
): Acceptable | Refused {
  const wrongKey = wrongKeyIn(context)
  if (wrongKey !== undefined) return wrongKey
  const event = readBinary(head, body, maxDepth - 1)
  return 'kind' in event ? event : acceptNormalised(fromCloudEvent(event), context)
}

/** What is found is found in the envelope, where the processor will find it. */
function acceptNormalised(normalised: Normalised, context: EventContext): Acceptable | Refused {
  const { json, key, orderingKey, traceparent } = normalised
  const idempotencyKey = context.idempotencyKey || key
  if (typeof idempotencyKey !== 'string') return idempotencyKey
  const findings = findingsIn(JSON.parse(json), json)
  if (findings.length > 0 && context.validation === 'strict')
    return { kind: 'refused', code: 'INVALID_EVENT', findings }
  const event = Buffer.from(json, 'utf8')
  return {
    kind: 'acceptable',
    idempotencyKey,
    orderedBy: context.orderingKey || orderingKey || idempotencyKey,
    fingerprint: fingerprintOf(event),
    event,
    warnings: findings,
    traceparent,
  }
}

function wrongKeyIn({ idempotencyKey, orderingKey }: EventContext): Refused | undefined {
  if (idempotencyKey !== '' && !isKey(idempotencyKey)) return refused('IDEMPOTENCY_KEY_INVALID')
  if (orderingKey !== '' && !isKey(orderingKey)) return refused('ORDERING_KEY_INVALID')
  return undefined
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
