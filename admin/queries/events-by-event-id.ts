import type { StoredEvent } from '../../views/facts.ts'
import type { Sql } from '../postgres.ts'
import { eventColumns } from './event-columns.ts'

/** The newest `limit` events of a tenant with this event id. */
export async function eventsByEventId(
  sql: Sql,
  tenantId: string,
  eventId: string,
  limit: number,
): Promise<StoredEvent[]> {
  return await sql<StoredEvent[]>`
    select ${eventColumns(sql)}
    from events
    where tenant_id = ${tenantId} and event_id = ${eventId}
    order by received_at desc, id
    limit ${limit}`
}
