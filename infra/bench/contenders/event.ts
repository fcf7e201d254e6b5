/** The least that a front door has to know of an event: that it is one, and the record that it becomes. */
import { randomUUID } from 'node:crypto'
import { type } from 'arktype'
import { recordKey, recordValue } from '../../../contracts/record.ts'

const tenantId = 'tenant_load'

const envelope = type({
  event_id: '1 <= string <= 255',
  event_type: '1 <= string <= 255',
  schema_version: 'number.integer >= 1',
  occurred_at: 'string.date.iso',
  payload: 'object',
})

export function isEvent(body: Buffer): boolean {
  try {
    return envelope.allows(JSON.parse(body.toString()))
  } catch {
    return false
  }
}

export const makeRequestId = (): string => `req_${randomUUID()}`

/** Key and value as Pulse's record has them. */
export function recordOf(requestId: string, idempotencyKey: string, event: Buffer) {
  const receivedAt = new Date().toISOString()
  return {
    key: recordKey(tenantId, idempotencyKey),
    value: recordValue({ tenantId, receivedAt, requestId, idempotencyKey }, event),
  }
}

export const accepted = (requestId: string): string =>
  `{"status":"accepted","request_id":"${requestId}","duplicate":false}`

export const invalid = '{"error":{"code":"INVALID_EVENT","message":"This is no event"}}'
