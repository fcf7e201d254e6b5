import type { TypeCount } from '../../views/facts.ts'
import type { Sql } from '../postgres.ts'

/** The ten most frequent types of events stored since midnight UTC. */
export async function topEventTypes(sql: Sql, now: Date): Promise<TypeCount[]> {
  return await sql<TypeCount[]>`
    select event_type as "eventType", sum(stored)::bigint as count
    from event_counts
    where minute >= date_trunc('day', ${now}::timestamptz at time zone 'UTC') at time zone 'UTC'
      and minute <= ${now}::timestamptz
    group by event_type
    having sum(stored) > 0
    order by count desc, event_type
    limit 10`
}
