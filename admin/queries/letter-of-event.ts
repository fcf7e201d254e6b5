import type { DeadLetter } from '../../views/record-facts.ts'
import type { Transaction } from '../postgres.ts'
import { deadLetterColumns } from './dead-letter-columns.ts'

/** The dead letter of one event under a key: there is one at most. */
export async function letterOfEvent(
  sql: Transaction,
  tenantId: string,
  idempotencyKey: string,
  fingerprint: string,
  mostBytes: number,
): Promise<DeadLetter[]> {
  return await sql<DeadLetter[]>`
    select ${deadLetterColumns(sql, mostBytes)}
    from dead_letters
    where tenant_id = ${tenantId} and idempotency_key = ${idempotencyKey} and fingerprint = ${fingerprint}`
}
