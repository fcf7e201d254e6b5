import type { CountedPartition } from '../conservation.ts'
import type { Sql } from '../postgres.ts'

/** Every partition's counters, of this topic and of earlier ones with its name: a handful of rows. */
export async function countedPartitions(sql: Sql): Promise<CountedPartition[]> {
  return await sql<CountedPartition[]>`
    select
      topic_id as "topicId", partition, first_offset as "firstOffset", counted_to as "countedTo",
      stored, duplicate, dead, skipped
    from pipeline_offsets
    order by topic_id, partition`
}
