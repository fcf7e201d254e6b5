import type { ProjectionOfEvent, StoredEvent } from '../../views/record-facts.ts'
import type { Transaction } from '../postgres.ts'

/**
 * The projections that follow an event's type, by name, and whether each has passed the event: what was stored before a
 * projection began it reads in the order of receipt, and what came later in the order of offsets, partition by partition.
 * Where a partition's count was deleted, offsets are given again: what was processed before that counts as stored before.
 */
export async function projectionsOfEvent(
  sql: Transaction,
  { id, eventType, receivedAt, processedAt, topicId, partition, offset }: StoredEvent,
): Promise<ProjectionOfEvent[]> {
  return await sql<ProjectionOfEvent[]>`
    select s.name, s.phase, s.paused_why as "pausedWhy",
           case when is_history
             then s.phase = 'following' or (s.read_at, s.read_id) >= (${receivedAt}::timestamptz, ${id}::uuid)
             else coalesce(p.projected_to > ${offset}::bigint, false) end as passed,
           case when not is_history and p.projected_to is not null
             then greatest(${offset}::bigint + 1 - p.projected_to, 0) end as behind
      from projection_states s
      left join projection_positions p
        on p.projection = s.name and p.topic_id = ${topicId}::uuid and p.partition = ${partition}::integer
      left join forgotten_positions f on f.topic_id = ${topicId}::uuid and f.partition = ${partition}::integer
     cross join lateral (select coalesce(
       ${offset}::bigint < p.began_at or ${processedAt}::timestamptz < f.forgotten_at, false) as is_history) as which
     where ${eventType}::text = any (s.types) and s.name not like '%~rebuild'
     order by s.name`
}
