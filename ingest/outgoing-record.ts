import { recordKey, recordValue } from '../contracts/record.ts'
import { headers } from '../contracts/topics.ts'
import type { Acceptable } from './accept.ts'
import type { OutgoingRecord } from './produce.ts'

/** The record that carries an accepted event into Kafka. */
export const outgoingRecord = (
  from: {
    readonly tenant: { readonly id: string }
    readonly requestId: string
  },
  decision: Acceptable,
  receivedMs: number,
  traceparent: string | undefined,
): OutgoingRecord => ({
  key: recordKey(from.tenant.id, decision.orderedBy),
  value: recordValue(
    {
      tenantId: from.tenant.id,
      receivedAt: instantOf(receivedMs),
      requestId: from.requestId,
      idempotencyKey: decision.idempotencyKey,
    },
    decision.event,
  ),
  headers:
    traceparent === undefined
      ? [{ [headers.fingerprint]: decision.fingerprint }]
      : [{ [headers.fingerprint]: decision.fingerprint }, { [headers.traceparent]: traceparent }],
})

let lastMs = -1
let lastInstant = ''

/** ISO 8601 of an instant; events of one millisecond share the text. */
function instantOf(ms: number): string {
  if (ms !== lastMs) {
    lastMs = ms
    lastInstant = new Date(ms).toISOString()
  }
  return lastInstant
}
