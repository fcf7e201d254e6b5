/** Builders of what producers send and Kafka holds: valid unless a test says otherwise. */
import { anEvent } from '../../contracts/builders.ts'
import { recordValue } from '../../contracts/record.ts'

export { anEvent } from '../../contracts/builders.ts'

/** The fields of `event` without one of them. */
export const without = (event: object, name: string): Record<string, unknown> =>
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
