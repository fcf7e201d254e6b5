import type { Sql } from '../postgres.ts'

/** When the `count`-th newest event between two instants was received, in whole milliseconds; null when there are fewer. */
export async function eventsBack(
  sql: Sql,
  from: Date,
  to: Date,
  count: number,
): Promise<Date | null> {
  const [row] = await sql<{ at: Date }[]>`
    select date_trunc('milliseconds', received_at) as at
    from events
    where received_at >= ${from} and received_at < ${new Date(to.getTime() + 1)}
    order by received_at desc
    offset ${count - 1} limit 1`
  return row?.at ?? null
}
