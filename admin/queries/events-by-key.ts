import type { StoredEvent } from '../../views/record-facts.ts'
import type { Transaction } from '../postgres.ts'
import { eventColumns } from './event-columns.ts'

/** The events stored under a key: none or one, unless a promise is broken. At most `limit`. */
export async function eventsByKey(
  sql: Transaction,
  tenantId: string,
  idempotencyKey: string,
  limit: number,
): Promise<StoredEvent[]> {
  return await sql<StoredEvent[]>`
    select ${eventColumns(sql)}
    from events
    where tenant_id = ${tenantId} and idempotency_key = ${idempotencyKey}
    order by received_at, id
    limit ${limit}`
}
