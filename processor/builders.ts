/** Builders for tests: a valid record, its verdict, a dead letter; what a test cares about is given. */
import { anEvent } from '../contracts/builders.ts'
import type { DeadLetter } from './dead-letter.ts'
import { decode, type IncomingRecord, type Judged } from './decode.ts'

export const NOW = Date.parse('2026-01-02T20:00:00.000Z')
export const source = { topicId: '0190a7c0-0000-7000-8000-000000000001', partition: 3 }
export const limits = { nowMs: NOW, ledgerDays: 90 }

/** What stands in a record's value; undefined leaves a field out. */
export const fields = (given: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  tenant_id: 'tenant_a',
  received_at: '2026-01-02T19:59:59.000Z',
  request_id: 'req_1',
  idempotency_key: 'key_1',
  event: anEvent(),
  ...given,
})

/** The bytes or text of a value, null for a tombstone, or fields that differ from a valid record's. */
type RecordValue = string | Uint8Array | null | Readonly<Record<string, unknown>>

export const aRecord = (
  value: RecordValue = {},
  given: Partial<Omit<IncomingRecord, 'value'>> = {},
): IncomingRecord => ({
  offset: 7n,
  key: Buffer.from('tenant_a:key_1'),
  headers: {},
  timestampMs: NOW - 500,
  value: bytesOf(value),
  ...given,
})

export const judge = (...given: Parameters<typeof aRecord>): Judged =>
  decode(aRecord(...given), source, limits)

export const aDeadLetter = (given: Partial<DeadLetter> = {}): DeadLetter => ({
  id: '1',
  tenantId: 'tenant_a',
  idempotencyKey: 'key_1',
  eventId: 'evt_1',
  eventType: 'user_login',
  requestId: 'req_1',
  code: 'VALIDATION_FAILED',
  sentence: 'missing payload',
  attempts: 1,
  failedAt: new Date('2026-01-02T20:00:00Z'),
  partition: 3,
  offset: '7',
  original: Buffer.from('{"a":1}'),
  ...given,
})

function bytesOf(value: RecordValue): Buffer | null {
  if (value === null) return null
  if (value instanceof Uint8Array) return Buffer.from(value)
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(fields(value)))
}
