import type { StoredEvent } from '../../views/record-facts.ts'
import type { Sql } from '../postgres.ts'
import type { Slice } from '../search-back.ts'
import type { EventFilter } from '../search-query.ts'
import { eventColumns } from './event-columns.ts'

/**
 * The newest events of a slice of time by receipt that pass the filter, those of one instant by row id; of each payload
 * the first `mostCharacters`, or all of it.
 */
export async function eventsBetween(
  sql: Sql,
  { tenantId, eventType, payload, before }: EventFilter,
  { from, to, limit }: Slice,
  mostCharacters: number | undefined,
): Promise<StoredEvent[]> {
  return await sql<StoredEvent[]>`
    select ${eventColumns(sql, mostCharacters)}
    from events
    -- Pages know whole milliseconds: the last one of the slice is in it with all its parts.
    where received_at >= ${from} and received_at < ${new Date(to.getTime() + 1)}
      ${before ? sql`and (received_at, id) < (${before.at}::timestamptz, ${before.id}::uuid)` : sql``}
      ${tenantId === undefined ? sql`` : sql`and tenant_id = ${tenantId}`}
      ${eventType === undefined ? sql`` : sql`and event_type = ${eventType}`}
      ${payload === undefined ? sql`` : sql`and payload @> ${payload}::text::jsonb`}
    order by received_at desc, id desc
    limit ${limit}`
}
