import type { LedgerEntry } from '../../views/record-facts.ts'
import type { Transaction } from '../postgres.ts'

/** What the ledger holds about a key. */
export async function ledgerEntry(
  sql: Transaction,
  tenantId: string,
  idempotencyKey: string,
): Promise<LedgerEntry | null> {
  const [row] = await sql<LedgerEntry[]>`
    select
      fingerprint, outcome, request_id as "requestId", received_at as "receivedAt",
      topic_id as "topicId", partition, "offset"
    from event_keys
    where tenant_id = ${tenantId} and idempotency_key = ${idempotencyKey}`
  return row ?? null
}
