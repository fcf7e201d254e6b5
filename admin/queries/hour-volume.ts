import type { VolumePoint } from '../../views/facts.ts'
import type { Sql } from '../postgres.ts'

/** Events stored and dead in each of the last 60 whole minutes, oldest first; the current minute is not over. */
export async function hourVolume(sql: Sql, now: Date): Promise<VolumePoint[]> {
  return await sql<VolumePoint[]>`
    with span as (
      select
        date_trunc('minute', ${now}::timestamptz) - interval '60 minutes' as first,
        date_trunc('minute', ${now}::timestamptz) - interval '1 minute'   as last
    ), counted as (
      select minute, sum(stored) as stored, sum(dead) as dead
      from event_counts, span
      where minute >= span.first and minute <= span.last
      group by minute
    )
    select
      each.minute                  as at,
      coalesce(stored, 0)::bigint  as stored,
      coalesce(dead, 0)::bigint    as dead
    from span
    cross join lateral generate_series(span.first, span.last, interval '1 minute') as each (minute)
    left join counted on counted.minute = each.minute
    order by each.minute`
}
