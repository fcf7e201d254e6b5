import type { ProjectionOfEvent, StoredEvent } from '../../views/record-facts.ts'
import type { Transaction } from '../postgres.ts'

/**
 * The projections that follow an event's type, by name, and whether each has passed the event: what was stored before a
 * projection began it reads in the order of receipt, and what came later in the order of offsets, partition by partition.
 * Where a partition's count was deleted, offsets are given again: what was processed before that counts as stored before.
 */
export async function projectionsOfEvent(
  sql: Transaction,
  { id, receivedAt }: Pick<StoredEvent, 'id' | 'receivedAt'>,
): Promise<ProjectionOfEvent[]> {
  return await sql<ProjectionOfEvent[]>`
    select s.name, s.phase, s.paused_why as "pausedWhy",
           case when is_history
             then s.phase = 'following' or (s.read_at, s.read_id) >= (e.received_at, e.id)
             else coalesce(p.projected_to > e."offset", false) end as passed,
           case when not is_history and p.projected_to is not null
             then greatest(e."offset" + 1 - p.projected_to, 0) end as behind
      from events e
      join projection_states s on e.event_type = any (s.types) and s.name not like '%~rebuild'
      left join projection_positions p
        on p.projection = s.name and p.topic_id = e.topic_id and p.partition = e.partition
      left join forgotten_positions f on f.topic_id = e.topic_id and f.partition = e.partition
     -- Compared in Postgres: a Date has whole milliseconds, and these instants may differ within one.
     cross join lateral (select coalesce(
       e."offset" < p.began_at or e.processed_at < f.forgotten_at, false) as is_history) as which
     where e.received_at >= ${receivedAt} and e.received_at < ${new Date(receivedAt.getTime() + 1)}
       and e.id = ${id}::uuid
     order by s.name`
}
