import type { Sql } from '../postgres.ts'

/** When the `count`-th newest dead letter between two instants failed, in whole milliseconds; null when there are fewer. */
export async function lettersBack(
  sql: Sql,
  from: Date,
  to: Date,
  count: number,
): Promise<Date | null> {
  const [row] = await sql<{ at: Date }[]>`
    select date_trunc('milliseconds', failed_at) as at
    from dead_letters
    where failed_at >= ${from} and failed_at < ${new Date(to.getTime() + 1)}
    order by failed_at desc
    offset ${count - 1} limit 1`
  return row?.at ?? null
}
