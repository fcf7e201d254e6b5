import type { DeadLetter } from '../../views/record-facts.ts'
import type { Transaction } from '../postgres.ts'
import { deadLetterColumns } from './dead-letter-columns.ts'

/** The dead letters of some events under a key: there is one of each at most. */
export async function lettersOfEvents(
  sql: Transaction,
  tenantId: string,
  idempotencyKey: string,
  fingerprints: readonly string[],
  mostBytes: number,
): Promise<DeadLetter[]> {
  return await sql<DeadLetter[]>`
    select ${deadLetterColumns(sql, mostBytes)}
    from dead_letters
    where tenant_id = ${tenantId} and idempotency_key = ${idempotencyKey} and fingerprint in ${sql(fingerprints)}`
}
