import type { MinuteCounts } from '../../views/pipeline-facts.ts'
import type { Sql } from '../postgres.ts'

/** What became of the events received in each whole minute from `first` to `last`, both included, oldest first. */
export async function countsByMinute(sql: Sql, first: Date, last: Date): Promise<MinuteCounts[]> {
  return await sql<MinuteCounts[]>`
    select
      each.minute,
      coalesce(stored, 0)::bigint    as stored,
      coalesce(duplicate, 0)::bigint as duplicate,
      coalesce(dead, 0)::bigint      as dead
    from generate_series(${first}::timestamptz, ${last}::timestamptz, interval '1 minute') as each (minute)
    left join (
      select minute, sum(stored) as stored, sum(duplicate) as duplicate, sum(dead) as dead
      from event_counts
      where minute >= ${first} and minute <= ${last}
      group by minute
    ) as counted on counted.minute = each.minute
    order by each.minute`
}
