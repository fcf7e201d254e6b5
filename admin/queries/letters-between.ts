import type { DeadLetter } from '../../views/record-facts.ts'
import type { LetterFilter } from '../letter-query.ts'
import type { Sql } from '../postgres.ts'
import type { Slice } from '../search-back.ts'
import { deadLetterColumns } from './dead-letter-columns.ts'

/** The newest dead letters of a slice of time by failure that pass the filter, with `mostBytes` of each original. */
export async function lettersBetween(
  sql: Sql,
  { tenantId, code, path, eventType, state, before }: LetterFilter,
  { from, to, limit }: Slice,
  mostBytes: number,
): Promise<DeadLetter[]> {
  return await sql<DeadLetter[]>`
    select ${deadLetterColumns(sql, mostBytes)}
    from dead_letters
    -- In whole milliseconds, which is what the pages know: the last one of the slice is in it with all its parts.
    where failed_at >= ${from} and failed_at < ${to}::timestamptz + interval '1 millisecond'
      ${before ? sql`and (failed_at, id) < (${before.at}::text::timestamptz, ${before.id}::bigint)` : sql``}
      ${tenantId === undefined ? sql`` : sql`and tenant_id = ${tenantId}`}
      ${code === undefined ? sql`` : sql`and code = ${code}`}
      ${path === undefined ? sql`` : sql`and path is not distinct from ${path}`}
      ${eventType === undefined ? sql`` : sql`and event_type is not distinct from ${eventType}`}
      ${state === undefined ? sql`` : sql`and state = ${state}`}
    order by failed_at desc, id desc
    limit ${limit}`
}
