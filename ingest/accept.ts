/**
 * Decides from a request alone whether its event can be taken: pure, no clock, no client.
 * Quota, claim and Kafka come later; whether an accepted event can be *stored* is the processor's decision, which
 * the warnings foretell.
 */
import { isUtf8 } from 'node:buffer'
import { type Finding, findingsIn } from '../contracts/envelope.ts'
import { fingerprintOf } from '../contracts/fingerprint.ts'
import { jsonShape } from '../contracts/json-bytes.ts'
import { producerKey } from '../contracts/producer-key.ts'
import type { RejectionCode } from '../contracts/rejections.ts'

export type EventRequest = {
  readonly contentType: string
  readonly contentEncoding: string
  readonly idempotencyKey: string
  readonly orderingKey: string
  /** The body, or `too-large` when reading stopped at the limit. */
  readonly body: Buffer | 'too-large'
}

export type Acceptable = {
  readonly kind: 'acceptable'
  readonly idempotencyKey: string
  /** What the event is ordered by among its tenant's: the Ordering-Key header, else its own key. */
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
}

/** Arrays and objects that may be open at once. */
export const maxDepth = 64

const jsonMediaType = /^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?;?\s*$/i

export function accept(request: EventRequest): Acceptable | Refused {
  if (!jsonMediaType.test(request.contentType)) return refused('UNSUPPORTED_MEDIA_TYPE')
  if (request.contentEncoding !== '' && request.contentEncoding.toLowerCase() !== 'identity')
    return refused('UNSUPPORTED_MEDIA_TYPE')
  if (request.idempotencyKey === '') return refused('IDEMPOTENCY_KEY_REQUIRED')
  if (!producerKey.test(request.idempotencyKey)) return refused('IDEMPOTENCY_KEY_INVALID')
  if (request.orderingKey !== '' && !producerKey.test(request.orderingKey))
    return refused('ORDERING_KEY_INVALID')
  if (request.body === 'too-large') return refused('PAYLOAD_TOO_LARGE')
  return acceptBody(request, request.body)
}

function acceptBody(request: EventRequest, body: Buffer): Acceptable | Refused {
  if (!isUtf8(body)) return refused('INVALID_JSON', 'The body is not valid UTF-8')
  const shape = jsonShape(body)
  if (shape.depth > maxDepth)
    return refused('TOO_DEEP', `The event is nested more than ${maxDepth} levels deep`)
  const parsed = parse(body.toString('utf8'))
  if (parsed.kind === 'refused') return parsed
  if (typeof parsed.value !== 'object' || parsed.value === null || Array.isArray(parsed.value))
    return refused('NOT_AN_OBJECT')
  return {
    kind: 'acceptable',
    idempotencyKey: request.idempotencyKey,
    orderedBy: request.orderingKey || request.idempotencyKey,
    fingerprint: fingerprintOf(shape.compact),
    event: body,
    warnings: findingsIn(parsed.value, parsed.text),
  }
}

type Parsed = { kind: 'parsed'; value: unknown; text: string }

function parse(text: string): Parsed | Refused {
  if (text.trim() === '') return refused('INVALID_JSON', 'The body is empty: send one JSON object')
  try {
    return { kind: 'parsed', value: JSON.parse(text), text }
  } catch {
    return refused('INVALID_JSON')
  }
}

const refused = (code: RejectionCode, message?: string): Refused =>
  message === undefined ? { kind: 'refused', code } : { kind: 'refused', code, message }
