import type { TypeCount } from '../../views/facts.ts'
import type { Sql } from '../postgres.ts'

/** The ten most frequent types of events stored in the minutes from the one of `since` to the one of `until`. */
export async function topEventTypes(sql: Sql, since: Date, until: Date): Promise<TypeCount[]> {
  return await sql<TypeCount[]>`
    select event_type as "eventType", sum(stored)::bigint as count
    from event_counts
    where minute >= date_trunc('minute', ${since}::timestamptz) and minute <= ${until}::timestamptz
    group by event_type
    having sum(stored) > 0
    order by count desc, event_type
    limit 10`
}
