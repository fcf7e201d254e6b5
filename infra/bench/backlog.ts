/** Events that wait in Kafka, and the same ones as rows: what benches of the processor have stored in different ways. */
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
  /** What it is ordered by. */
  readonly orderedBy: string
  /** As it stands in Kafka. */
  readonly value: Buffer
}

const types = ['user_login', 'user_logout', 'page_viewed', 'item_added', 'order_placed']
const tenantId = 'tenant_load'
const sendAtOnce = 1000

type Content = { readonly event_type: string; readonly payload: object; readonly entity?: string }

const anyContent = (at: number): Content => ({
  event_type: types[at % types.length] ?? '',
  payload: { user_id: `user_${at % 10_000}`, amount: at, note: 'as it was sent', nested: { at } },
})

/** One distinct valid event, about 400 bytes as a record; ordered by its entity, if it has one. */
export function aRow(at: number, contentOf = anyContent): Row {
  const eventId = `evt_${crypto.randomUUID()}`
  const { entity, ...content } = contentOf(at)
  const event = anEvent({ event_id: eventId, ...content })
  const bytes = Buffer.from(JSON.stringify(event))
  const requestId = `req_${crypto.randomUUID()}`
  const idempotencyKey = `key_${crypto.randomUUID()}`
  const receivedAt = new Date().toISOString()
  return {
    ...{ tenantId, idempotencyKey, requestId, receivedAt, eventId },
    orderedBy: entity ?? idempotencyKey,
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
        key: Buffer.from(recordKey(row.tenantId, row.orderedBy)),
        value: row.value,
        headers: new Map([[Buffer.from(headers.fingerprint), Buffer.from(row.fingerprint)]]),
      }))
      await producer.send({ messages })
    }
  } finally {
    await producer.close(true)
  }
}
