import type { DeadLetterCounts } from '../../views/pipeline-facts.ts'
import type { Sql } from '../postgres.ts'

/** How many dead letters are open and how many unpublished, each counted to `most` and no further. */
export async function deadLetterCounts(sql: Sql, most: number): Promise<DeadLetterCounts> {
  const [row] = await sql<[DeadLetterCounts]>`
    select
      (select count(*) from (
        select from dead_letters where state = 'open' limit ${most}) as found)         as open,
      (select count(*) from (
        select from dead_letters where published_at is null limit ${most}) as found)   as unpublished,
      ${most}::bigint                                                                  as "countedUpTo"`
  return row
}
