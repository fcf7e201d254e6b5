/** Events that wait in Kafka, and the same ones as rows: what `bench processor` has stored in different ways. */
import { compatibilityPartitioner, Producer } from '@platformatic/kafka'
import { anEvent } from '../../contracts/builders.ts'
import { fingerprintOf } from '../../contracts/fingerprint.ts'
import { recordKey, recordValue } from '../../contracts/record.ts'
import { headers, rawTopic } from '../../contracts/topics.ts'

export type Row = {
  readonly tenantId: string
  readonly idempotencyKey: string
  readonly fingerprint: string
  readonly requestId: string
  readonly receivedAt: string
  readonly eventId: string
  readonly eventType: string
  readonly occurredAt: string
  readonly payload: string
  /** As it stands in Kafka. */
  readonly value: Buffer
}

const types = ['user_login', 'user_logout', 'page_viewed', 'item_added', 'order_placed']
const tenantId = 'tenant_load'
const sendAtOnce = 1000

/** One distinct valid event, about 400 bytes as a record. */
export function aRow(at: number): Row {
  const eventId = `evt_${crypto.randomUUID()}`
  const event = anEvent({
    event_id: eventId,
    event_type: types[at % types.length],
    payload: { user_id: `user_${at % 10_000}`, amount: at, note: 'as it was sent', nested: { at } },
  })
  const bytes = Buffer.from(JSON.stringify(event))
  const requestId = `req_${crypto.randomUUID()}`
  const idempotencyKey = `key_${crypto.randomUUID()}`
  const receivedAt = new Date().toISOString()
  return {
    ...{ tenantId, idempotencyKey, requestId, receivedAt, eventId },
    fingerprint: fingerprintOf(bytes),
    eventType: event.event_type,
    occurredAt: event.occurred_at,
    payload: JSON.stringify(event.payload),
    value: recordValue({ tenantId, receivedAt, requestId, idempotencyKey }, bytes),
  }
}

/** Writes the events to `events.raw`, as ingest would. */
export async function produceBacklog(broker: string, rows: readonly Row[]): Promise<void> {
  const producer = new Producer({
    ...{ clientId: 'pulse-bench', bootstrapBrokers: [broker] },
    ...{ acks: -1, idempotent: true, partitioner: compatibilityPartitioner },
  })
  try {
    for (let from = 0; from < rows.length; from += sendAtOnce) {
      const messages = rows.slice(from, from + sendAtOnce).map((row) => ({
        topic: rawTopic.name,
        key: Buffer.from(recordKey(row.tenantId, row.idempotencyKey)),
        value: row.value,
        headers: new Map([[Buffer.from(headers.fingerprint), Buffer.from(row.fingerprint)]]),
      }))
      await producer.send({ messages })
    }
  } finally {
    await producer.close(true)
  }
}
