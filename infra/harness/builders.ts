/** Builders of what producers send and Kafka holds: valid unless a test says otherwise. */
import { recordValue } from '../../contracts/record.ts'

export const anEvent = (fields: Readonly<Record<string, unknown>> = {}) => ({
  event_id: 'evt_1',
  event_type: 'user_login',
  schema_version: 1,
  occurred_at: '2026-01-02T20:00:00Z',
  payload: { user_id: 'u1' },
  ...fields,
})

/** The fields of `event` without one of them. */
export const without = (event: Record<string, unknown>, name: string) =>
  Object.fromEntries(Object.entries(event).filter(([each]) => each !== name))

export type RecordOptions = {
  tenantId?: string
  idempotencyKey?: string
  requestId?: string
  receivedAt?: string
  /** The event, or its JSON text. */
  event?: object | string
}

/** The value of a record as ingest writes it; the key is a new one unless given. */
export function aRecordValue(options: RecordOptions = {}): Buffer {
  const event = options.event ?? anEvent()
  return recordValue(
    {
      tenantId: options.tenantId ?? 'tenant_a',
      receivedAt: options.receivedAt ?? new Date().toISOString(),
      requestId: options.requestId ?? `req_${crypto.randomUUID()}`,
      idempotencyKey: options.idempotencyKey ?? crypto.randomUUID(),
    },
    Buffer.from(typeof event === 'string' ? event : JSON.stringify(event)),
  )
}
