import type { DeadLetter } from '../../views/record-facts.ts'
import type { Sql } from '../postgres.ts'
import { deadLetterColumns } from './dead-letter-columns.ts'

/** The newest `limit` dead letters of some tenants with this event id. */
export async function deadLettersByEventId(
  sql: Sql,
  tenants: readonly string[],
  eventId: string,
  limit: number,
  mostBytes: number,
): Promise<DeadLetter[]> {
  return await sql<DeadLetter[]>`
    select ${deadLetterColumns(sql, mostBytes)}
    from dead_letters
    where tenant_id in ${sql(tenants)} and event_id = ${eventId}
    order by failed_at desc, id desc
    limit ${limit}`
}
