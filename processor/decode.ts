/**
 * Decides what a record is, from its bytes alone: an event that can be stored, or a dead letter and why.
 * Pure. It never throws: whatever stands in Kafka gets a verdict.
 */
import { isUtf8 } from 'node:buffer'
import { envelopeOf, findingsIn } from '../contracts/envelope.ts'
import { fingerprintOf, isFingerprint } from '../contracts/fingerprint.ts'
import { isIdentifier } from '../contracts/identifier.ts'
import { isInstant } from '../contracts/instant.ts'
import { jsonShape, memberBytes } from '../contracts/json-bytes.ts'
import { orderingKeyIn } from '../contracts/record.ts'
import { type Redrive, redriveIn } from '../contracts/redrive.ts'
import { isTenantId } from '../contracts/tenant.ts'
import { type EventTexts, eventTexts } from './event-texts.ts'

export type IncomingRecord = {
  readonly offset: bigint
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: OwnHeaders
  /** When the broker appended it, in milliseconds since 1970. */
  readonly timestampMs: number
}

/** Headers that Pulse gives a record (contracts/topics.ts), where it has them. */
export type OwnHeaders = {
  readonly fingerprint?: string | undefined
  readonly redrive?: string | undefined
}

/** Where a record stands: what identifies it when nothing in it does. */
export type Source = { readonly topicId: string; readonly partition: number }

export type Reason = {
  readonly code:
    | 'UNREADABLE_RECORD'
    | 'RECEIVED_AT_OUT_OF_RANGE'
    | 'VALIDATION_FAILED'
    | 'VALUE_REFUSED'
  readonly class: 'unreadable' | 'invalid'
  readonly stage: 'decode' | 'validate' | 'store'
  readonly path?: string
  readonly sentence: string
}

/** A record with its verdict. Every string here can be stored in Postgres as text. */
export type Judged = {
  readonly offset: bigint
  /** '' when it cannot be read. */
  readonly tenantId: string
  /** `@topic id/partition/offset` when it cannot be read. */
  readonly idempotencyKey: string
  readonly fingerprint: string
  readonly requestId: string | undefined
  /** ISO 8601 in UTC, milliseconds; the broker's time when the record has none that can be used, else now. */
  readonly receivedAt: string
  readonly eventId: string | undefined
  readonly eventType: string | undefined
  /** The dead letter that is tried again with this record. */
  readonly redrive: Redrive | undefined
  readonly value: Buffer
} & (
  | ({
      readonly kind: 'event'
      readonly schemaVersion: number
      /** RFC 3339 with a zone. */
      readonly occurredAt: string
      readonly orderingKey: string | undefined
    } & EventTexts)
  | { readonly kind: 'dead'; readonly reason: Reason }
)

export type DecodeLimits = { readonly nowMs: number; readonly ledgerDays: number }

const dayMs = 24 * 60 * 60 * 1000
const printable = /^[\x20-\x7e]{1,255}$/
const noBytes = Buffer.alloc(0)

export function decode(record: IncomingRecord, source: Source, limits: DecodeLimits): Judged {
  const value = record.value ?? noBytes
  const text = value.toString('utf8')
  const parsed = parse(value, text)
  const fields = typeof parsed === 'string' ? {} : parsed
  const dead = (reason: Reason): Judged => ({
    ...identify(record, source, limits, fields),
    kind: 'dead',
    reason,
  })

  if (typeof parsed === 'string') return dead(unreadable(parsed))
  const { tenant_id: tenantId, idempotency_key: idempotencyKey, request_id: requestId } = parsed
  if (!isTenant(tenantId)) return dead(unreadable('tenant_id is missing or not a tenant'))
  if (!isKey(idempotencyKey)) return dead(unreadable('idempotency_key is missing or not a key'))
  if (!isKey(requestId)) return dead(unreadable('request_id is missing or not an id'))
  const received = instantOf(parsed.received_at)
  if (received === undefined || !isInRange(received.ms, limits)) return dead(outOfRange(limits))

  const { event } = parsed
  if (!isObject(event)) return dead(invalid('/event', 'event must be a JSON object'))
  const [first, ...others] = findingsIn(event, text)
  if (first !== undefined)
    return dead(invalid(first.path, [first, ...others].map((each) => each.message).join('; ')))
  // Nothing was found: the event is an envelope, and its strings can be stored as they are.
  const envelope = envelopeOf(event, received.text)
  const key = record.key?.toString('utf8') ?? ''
  return {
    kind: 'event',
    offset: record.offset,
    tenantId,
    idempotencyKey,
    fingerprint: fingerprint(record, value),
    requestId,
    receivedAt: received.text,
    eventId: envelope.event_id,
    eventType: envelope.event_type,
    redrive: redriveIn(record.headers.redrive),
    value,
    schemaVersion: envelope.schema_version,
    occurredAt: envelope.occurred_at,
    orderingKey: storable(orderingKeyIn(key, tenantId, idempotencyKey)),
    ...eventTexts(text, envelope),
  }
}

/** The same record as a dead letter, after the store refused one of its values. */
export const refusedByStore = (judged: Judged, sentence: string): Judged => ({
  offset: judged.offset,
  tenantId: judged.tenantId,
  idempotencyKey: judged.idempotencyKey,
  fingerprint: judged.fingerprint,
  requestId: judged.requestId,
  receivedAt: judged.receivedAt,
  eventId: judged.eventId,
  eventType: judged.eventType,
  redrive: judged.redrive,
  value: judged.value,
  kind: 'dead',
  reason: { code: 'VALUE_REFUSED', class: 'invalid', stage: 'store', sentence },
})

/** What can be told of a record that is dead, whatever stands in it. */
function identify(
  record: IncomingRecord,
  source: Source,
  limits: DecodeLimits,
  fields: Record<string, unknown>,
) {
  const value = record.value ?? noBytes
  const named = isTenant(fields.tenant_id) && isKey(fields.idempotency_key)
  const event = isObject(fields.event) ? fields.event : {}
  return {
    offset: record.offset,
    tenantId: isTenant(fields.tenant_id) ? fields.tenant_id : '',
    idempotencyKey: named
      ? (fields.idempotency_key as string)
      : `@${source.topicId}/${source.partition}/${record.offset}`,
    fingerprint: fingerprint(record, value),
    requestId: isKey(fields.request_id) ? fields.request_id : undefined,
    receivedAt: new Date(receivedMs(record, fields, limits)).toISOString(),
    eventId: isIdentifier(event.event_id) ? storable(event.event_id) : undefined,
    eventType: isIdentifier(event.event_type) ? storable(event.event_type) : undefined,
    redrive: redriveIn(record.headers.redrive),
    value,
  }
}

/** The record's fields, or a sentence that says why there are none. */
function parse(value: Buffer, text: string): Record<string, unknown> | string {
  if (value.length === 0) return 'the record is empty'
  if (!isUtf8(value)) return 'the record is not valid UTF-8'
  try {
    const parsed: unknown = JSON.parse(text)
    return isObject(parsed) ? parsed : 'the record is not a JSON object'
  } catch {
    return 'the record is not valid JSON'
  }
}

function fingerprint(record: IncomingRecord, value: Buffer): string {
  const given = record.headers.fingerprint
  if (given !== undefined && isFingerprint(given)) return given
  return fingerprintOf(jsonShape(memberBytes(value, 'event') ?? value).compact)
}

/** The first that is in range of the record's own time, the broker's, and now. */
function receivedMs(
  record: IncomingRecord,
  fields: Record<string, unknown>,
  limits: DecodeLimits,
): number {
  const known = [instantOf(fields.received_at)?.ms, record.timestampMs]
  return known.find((ms) => ms !== undefined && isInRange(ms, limits)) ?? limits.nowMs
}

type Instant = { readonly ms: number; readonly text: string }

let lastText = ''
let lastInstant: Instant | undefined

/**
 * In whole milliseconds: Postgres would round a longer fraction up, past midnight into a day without a partition.
 * Records of one millisecond follow each other with the same text.
 */
function instantOf(text: unknown): Instant | undefined {
  if (!isText(text)) return undefined
  if (text !== lastText) {
    lastText = text
    lastInstant = isInstant(text) ? asInstant(Date.parse(text)) : undefined
  }
  return lastInstant
}

const asInstant = (ms: number): Instant => ({ ms, text: new Date(ms).toISOString() })

const isInRange = (ms: number, { nowMs, ledgerDays }: DecodeLimits): boolean =>
  ms >= nowMs - ledgerDays * dayMs && ms <= nowMs + dayMs

const outOfRange = ({ ledgerDays }: DecodeLimits): Reason => ({
  code: 'RECEIVED_AT_OUT_OF_RANGE',
  class: 'invalid',
  stage: 'decode',
  sentence: `received_at must lie within the last ${ledgerDays} days, at most a day ahead`,
})

const unreadable = (sentence: string): Reason => ({
  code: 'UNREADABLE_RECORD',
  class: 'unreadable',
  stage: 'decode',
  sentence,
})

const invalid = (path: string, sentence: string): Reason => ({
  code: 'VALIDATION_FAILED',
  class: 'invalid',
  stage: 'validate',
  path: storable(path) ?? '',
  sentence: storable(sentence) ?? '',
})

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isText = (value: unknown): value is string => typeof value === 'string'
const isTenant = (value: unknown): value is string => isText(value) && isTenantId(value)
const isKey = (value: unknown): value is string => isText(value) && printable.test(value)

/** Text that Postgres takes: without U+0000 and halves of surrogate pairs. */
const storable = <T extends string | undefined>(text: T): T =>
  text?.replaceAll('\0', '\uFFFD').toWellFormed() as T
