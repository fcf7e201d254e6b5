import type { StoredEvent } from '../../views/record-facts.ts'
import type { Sql } from '../postgres.ts'
import { eventColumns } from './event-columns.ts'

/** The newest `limit` events of some tenants with this event id. */
export async function eventsByEventId(
  sql: Sql,
  tenants: readonly string[],
  eventId: string,
  limit: number,
): Promise<StoredEvent[]> {
  return await sql<StoredEvent[]>`
    select ${eventColumns(sql)}
    from events
    where tenant_id in ${sql(tenants)} and event_id = ${eventId}
    order by received_at desc, id
    limit ${limit}`
}
