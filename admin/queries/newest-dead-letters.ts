import type { DeadLetter } from '../../views/record-facts.ts'
import type { Sql } from '../postgres.ts'
import { deadLetterColumns } from './dead-letter-columns.ts'

/**
 * The newest `limit` dead letters with at most `mostBytes` of each original, as long as these sum to no more than
 * `budgetBytes`; what follows is left out and counted in `leftOut`. The newest is always there.
 */
export async function newestDeadLetters(
  sql: Sql,
  limit: number,
  mostBytes: number,
  budgetBytes: number,
): Promise<(DeadLetter & { leftOut: number })[]> {
  return await sql<(DeadLetter & { leftOut: number })[]>`
    with newest as (
      select *,
        sum(least(octet_length(original), ${mostBytes})) over newest_first as bytes_so_far,
        row_number() over newest_first as place,
        count(*) over () as letters
      from (select * from dead_letters order by failed_at desc, id desc limit ${limit}) as letter
      window newest_first as (order by failed_at desc, id desc)
    ), fitting as (
      select *, count(*) over () as fitted
      from newest
      where bytes_so_far <= ${budgetBytes} or place = 1
    )
    select ${deadLetterColumns(sql, mostBytes)}, letters - fitted as "leftOut"
    from fitting
    order by failed_at desc, id desc`
}
