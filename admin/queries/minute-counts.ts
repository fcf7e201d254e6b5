import type { MinuteCounts } from '../../views/pipeline-facts.ts'
import type { Sql } from '../postgres.ts'

/**
 * What became of events in the current minute of receipt and each of the five before it, newest first: the same minutes
 * that `windowCounts` sums.
 */
export async function minuteCounts(sql: Sql, now: Date): Promise<MinuteCounts[]> {
  return await sql<MinuteCounts[]>`
    with span as (
      select
        date_trunc('minute', ${now}::timestamptz) - interval '5 minutes' as first,
        date_trunc('minute', ${now}::timestamptz)                        as last
    ), counted as (
      select minute, sum(stored) as stored, sum(duplicate) as duplicate, sum(dead) as dead
      from event_counts, span
      where minute >= span.first and minute <= span.last
      group by minute
    )
    select
      each.minute,
      coalesce(stored, 0)::bigint    as stored,
      coalesce(duplicate, 0)::bigint as duplicate,
      coalesce(dead, 0)::bigint      as dead
    from span
    cross join lateral generate_series(span.first, span.last, interval '1 minute') as each (minute)
    left join counted on counted.minute = each.minute
    order by each.minute desc`
}
