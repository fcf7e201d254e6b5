/** The least that a front door has to know of an event: that it is one, and the record that it becomes. */
import { randomUUID } from 'node:crypto'
import { findingsIn } from '../../../contracts/envelope.ts'
import { recordKey, recordValue } from '../../../contracts/record.ts'

const tenantId = 'tenant_load'

/** Parsed, and checked as Pulse checks. */
export function isEvent(body: Buffer): boolean {
  const json = body.toString()
  try {
    const event = JSON.parse(json)
    return typeof event === 'object' && event !== null && findingsIn(event, json).length === 0
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
