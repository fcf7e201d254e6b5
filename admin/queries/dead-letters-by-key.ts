import type { DeadLetter } from '../../views/record-facts.ts'
import type { Transaction } from '../postgres.ts'
import { deadLetterColumns } from './dead-letter-columns.ts'

/** The dead letters under a key: its own, and those of other events that came with it. At most `limit`. */
export async function deadLettersByKey(
  sql: Transaction,
  tenantId: string,
  idempotencyKey: string,
  limit: number,
  mostBytes: number,
): Promise<DeadLetter[]> {
  return await sql<DeadLetter[]>`
    select ${deadLetterColumns(sql, mostBytes)}
    from dead_letters
    where tenant_id = ${tenantId} and idempotency_key = ${idempotencyKey}
    order by failed_at, id
    limit ${limit}`
}
