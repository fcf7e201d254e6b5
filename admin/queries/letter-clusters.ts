import type { LetterCluster } from '../../views/record-facts.ts'
import type { Sql } from '../postgres.ts'

/** Parts of the span that the trend is counted in. */
const parts = 24

/**
 * Dead letters that failed from `since` up to `until`, by (code, path, event type), most frequent first: how many are
 * open, when the first and the last came, how many in each 24th of the span, and the newest as an example. Only the
 * newest `most` letters are looked at.
 */
export async function letterClusters(
  sql: Sql,
  since: Date,
  until: Date,
  most: number,
): Promise<(LetterCluster & { letters: number })[]> {
  const rows = await sql<Row[]>`
    with newest as (
      select id, code, path, event_type, state, failed_at,
        least(width_bucket(
          extract(epoch from failed_at), extract(epoch from ${since}::timestamptz),
          extract(epoch from ${until}::timestamptz), ${parts}::int), ${parts}::int) as part
      from dead_letters
      where failed_at >= ${since} and failed_at <= ${until}
      order by failed_at desc, id desc
      limit ${most}
    ), counted as (
      select code, path, event_type, part, count(*) as count,
        count(*) filter (where state = 'open') as open,
        min(failed_at) as first, max(failed_at) as last,
        (array_agg(id order by failed_at desc, id desc))[1] as example
      from newest
      group by code, path, event_type, part
    )
    select
      code, path, event_type as "eventType", sum(count)::bigint as count, sum(open)::bigint as open,
      min(first) as first, max(last) as last,
      (array_agg(example order by last desc, example desc))[1] as example,
      jsonb_object_agg(part - 1, count)::text as trend, (select count(*) from newest) as letters
    from counted
    group by code, path, event_type
    order by count desc, last desc
    limit 50`
  return rows.map(({ trend, ...row }) => ({ ...row, trend: trendIn(trend) }))
}

type Row = Omit<LetterCluster, 'trend'> & { readonly letters: number; readonly trend: string }

/** Counts by part, of which only those above zero are there. */
function trendIn(json: string): number[] {
  const counts = JSON.parse(json) as Record<string, number>
  return Array.from({ length: parts }, (_, part) => counts[part] ?? 0)
}
