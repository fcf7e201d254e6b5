import type { ProjectionState } from '../../views/pipeline-facts.ts'
import type { Sql } from '../postgres.ts'

/** Every projection by name, with how many records each has not passed; rebuilds at work are among them. */
export async function projectionStates(sql: Sql): Promise<ProjectionState[]> {
  return await sql<ProjectionState[]>`
    select s.name, s.phase, s.applied, s.unfit, s.unfit_why as "unfitWhy", s.missed, s.paused_at as "pausedAt",
           s.paused_why as "pausedWhy", s.moved_at as "movedAt",
           (coalesce(sum(greatest(o.counted_to - coalesce(p.projected_to, o.first_offset), 0)), 0)
             + case s.phase when 'history' then greatest(s.history - s.read, 0) else 0 end)::bigint as behind
      from projection_states s
      left join pipeline_offsets o on true
      left join projection_positions p
        on p.projection = s.name and p.topic_id = o.topic_id and p.partition = o.partition
     group by s.name
     order by s.name`
}
