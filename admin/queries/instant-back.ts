import type { Sql } from '../postgres.ts'

/** When an event was received, or a dead letter failed. */
const instantOf = { events: 'received_at', dead_letters: 'failed_at' } as const

/**
 * When the `count`-th newest row of a table between two instants was, in whole milliseconds; null when there are fewer.
 */
export async function instantBack(
  sql: Sql,
  table: keyof typeof instantOf,
  from: Date,
  to: Date,
  count: number,
): Promise<Date | null> {
  const instant = sql(instantOf[table])
  const [row] = await sql<{ at: Date }[]>`
    select date_trunc('milliseconds', ${instant}) as at
    from ${sql(table)}
    where ${instant} >= ${from} and ${instant} < ${new Date(to.getTime() + 1)}
    order by ${instant} desc
    offset ${count - 1} limit 1`
  return row?.at ?? null
}
