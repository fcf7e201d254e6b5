import type { Counts } from '../../views/facts.ts'
import { minutesBefore } from '../minutes.ts'
import type { Sql } from '../postgres.ts'

/**
 * Events stored and dead in the last 1, 5 and 30 minutes. Counts are kept by whole minutes: a window is the current
 * minute and the n before it, so that nothing of the last n minutes is missing and up to a minute more is in.
 */
export async function windowCounts(sql: Sql, now: Date): Promise<Counts> {
  const since1 = sql`minute >= ${minutesBefore(now, 1)}`
  const since5 = sql`minute >= ${minutesBefore(now, 5)}`
  const [row] = await sql<[Counts]>`
    select
      coalesce(sum(stored) filter (where ${since1}), 0)::bigint as "eventsLastMinute",
      coalesce(sum(stored) filter (where ${since5}), 0)::bigint as "eventsLast5Minutes",
      coalesce(sum(stored), 0)::bigint                          as "eventsLast30Minutes",
      coalesce(sum(dead) filter (where ${since1}), 0)::bigint   as "deadLastMinute",
      coalesce(sum(dead) filter (where ${since5}), 0)::bigint   as "deadLast5Minutes"
    from event_counts
    where minute >= ${minutesBefore(now, 30)} and minute <= ${now}`
  return row
}
