import type { Counts } from '../../views/facts.ts'
import type { Sql } from '../postgres.ts'

/**
 * Events stored and dead in the last 1, 5 and 30 minutes. Counts are kept by whole minutes: a window is the current
 * minute and the n before it, so that nothing of the last n minutes is missing and up to a minute more is in.
 */
export async function windowCounts(sql: Sql, now: Date): Promise<Counts> {
  const [row] = await sql<[Counts]>`
    select
      coalesce(sum(stored) filter (where minute >= since.m1), 0)::bigint as "eventsLastMinute",
      coalesce(sum(stored) filter (where minute >= since.m5), 0)::bigint as "eventsLast5Minutes",
      coalesce(sum(stored), 0)::bigint                                   as "eventsLast30Minutes",
      coalesce(sum(dead) filter (where minute >= since.m1), 0)::bigint   as "deadLastMinute",
      coalesce(sum(dead) filter (where minute >= since.m5), 0)::bigint   as "deadLast5Minutes"
    from event_counts,
      (select
        date_trunc('minute', ${now}::timestamptz) - interval '1 minute'   as m1,
        date_trunc('minute', ${now}::timestamptz) - interval '5 minutes'  as m5,
        date_trunc('minute', ${now}::timestamptz) - interval '30 minutes' as m30) as since
    where minute >= since.m30 and minute <= ${now}::timestamptz`
  return row
}
