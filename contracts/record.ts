/**
 * The record on `events.raw`: `{tenant_id, received_at, request_id, idempotency_key, event}`, where `event` is the
 * producer's own bytes, or the envelope that the door made of an event in another form. Its key is the tenant and what
 * orders the event: records with one key share a partition.
 */
export type RecordFields = {
  readonly tenantId: string
  /** ISO 8601 in UTC, milliseconds. */
  readonly receivedAt: string
  readonly requestId: string
  readonly idempotencyKey: string
}

/**
 * The record's value: the fields, and the event's bytes spliced in as they are. Only the key can hold what JSON escapes:
 * the other fields are names and instants of Pulse's own making.
 */
export function recordValue(fields: RecordFields, event: Uint8Array): Buffer {
  const head =
    `{"tenant_id":"${fields.tenantId}","received_at":"${fields.receivedAt}"` +
    `,"request_id":"${fields.requestId}"` +
    `,"idempotency_key":${JSON.stringify(fields.idempotencyKey)},"event":`
  const headBytes = Buffer.byteLength(head)
  const value = Buffer.allocUnsafe(headBytes + event.length + 1)
  value.write(head, 0, 'utf8')
  value.set(event, headBytes)
  value[value.length - 1] = 0x7d
  return value
}

/** The record's key: `tenant:ordering key`, or `tenant:idempotency key` for an event that asks for no order. */
export const recordKey = (tenantId: string, orderedBy: string): string => `${tenantId}:${orderedBy}`

/** The ordering key in a record's key, or undefined when the event is ordered by nothing but itself. */
export function orderingKeyIn(
  key: string,
  tenantId: string,
  idempotencyKey: string,
): string | undefined {
  if (!key.startsWith(`${tenantId}:`)) return undefined
  const orderedBy = key.slice(tenantId.length + 1)
  return orderedBy === idempotencyKey ? undefined : orderedBy
}
