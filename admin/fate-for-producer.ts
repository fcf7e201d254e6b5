/** What became of a request, in the words of ingest's API, for the producer that sent it. Pure. */
import type { Fate, RequestKey } from '../views/record-facts.ts'

/**
 * `stored`: it is in Postgres, once. `dead_letter`: it is one, and `reason` says why. `repeated`: this request repeated an
 * event that had come before, which is told of.
 */
export function fateForProducer(requestId: string, role: RequestKey['role'], fate: Fate) {
  const { event, ledger } = fate
  const letter =
    role === 'conflict'
      ? (fate.conflicts.find((one) => one.requestId === requestId) ?? fate.deadLetter)
      : fate.deadLetter
  const isStored = role !== 'conflict' && ledger?.outcome === 'stored'
  const source = isStored ? (event ?? ledger) : (letter ?? ledger)
  return {
    request_id: requestId,
    status: isStored ? 'stored' : 'dead_letter',
    repeated: role === 'repeated',
    tenant_id: fate.tenantId,
    idempotency_key: fate.idempotencyKey,
    event_id: (isStored ? event : letter)?.eventId ?? null,
    event_type: (isStored ? event : letter)?.eventType ?? null,
    received_at: source?.receivedAt ?? null,
    stored_at: isStored ? (event?.processedAt ?? null) : null,
    failed_at: isStored ? null : (letter?.failedAt ?? null),
    reason: isStored || !letter ? null : `${letter.code}: ${letter.sentence}`,
  }
}
