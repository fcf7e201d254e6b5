/** A projection's row of `projection_states`: what it does, how far it is in history, what became of events. */
import type { Sql } from '../session.ts'
import { textArray } from './text-array.ts'

/** What is told of a projection, whoever runs it. */
export type ProjectionState = {
  readonly name: string
  readonly phase: 'history' | 'following'
  /** Records that are counted and that it has not passed; in history events that it has not read. */
  readonly behind: number
  readonly applied: number
  readonly unfit: number
  /** Events that were dropped before it read them: so many at most are missing in its tables. */
  readonly missed: number
  /** Events that were stored before it began, and how many of them it has read. */
  readonly history: number
  readonly read: number
  readonly pausedWhy: string | null
}

/** Makes a projection known, if it is not: what is stored by now is its history, and the rest is followed. */
export async function beginProjection(sql: Sql, name: string): Promise<void> {
  // One statement, one snapshot: both see the same count.
  await sql`
    with begun as (
      insert into projection_states (name, history)
      select ${name}, coalesce(sum(stored), 0)
        from (select stored from pipeline_offsets union all select stored from forgotten_positions) counts
      on conflict (name) do nothing
      returning name
    ), counted as (
      select topic_id, partition, counted_to from pipeline_offsets
    )
    insert into projection_positions (projection, topic_id, partition, began_at, projected_to)
    select begun.name, topic_id, partition, counted_to, counted_to from begun, counted`
}

/** Remembers which event types it follows, for whoever asks which projections an event goes through. */
export async function noteTypes(sql: Sql, name: string, types: readonly string[]): Promise<void> {
  const followed = sql`${textArray(types)}::text::text[]`
  await sql`
    update projection_states set types = ${followed}
     where name = ${name} and types is distinct from ${followed}`
}

/** Remembers why a projection stands still, since when it first did. */
export async function notePaused(sql: Sql, name: string, why: string): Promise<void> {
  await sql`
    update projection_states
       set paused_at = coalesce(paused_at, now()), paused_why = ${why}
     where name = ${name}`
}

/** All of them by name, at the price of small tables; also those that run elsewhere. */
export async function projectionStates(sql: Sql): Promise<ProjectionState[]> {
  const rows = await sql<StateRow[]>`
    select s.name, s.phase, s.applied, s.unfit, s.missed, s.history, s.read, s.paused_why as "pausedWhy",
           coalesce(sum(greatest(o.counted_to - coalesce(p.projected_to, o.first_offset), 0)), 0)
             + case s.phase when 'history' then greatest(s.history - s.read, 0) else 0 end as behind
      from projection_states s
      left join pipeline_offsets o on true
      left join projection_positions p
        on p.projection = s.name and p.topic_id = o.topic_id and p.partition = o.partition
     group by s.name
     order by s.name`
  return rows.map(({ behind, applied, unfit, missed, history, read, ...state }) => ({
    ...state,
    behind: Number(behind),
    applied: Number(applied),
    unfit: Number(unfit),
    missed: Number(missed),
    history: Number(history),
    read: Number(read),
  }))
}

type Numbers = 'behind' | 'applied' | 'unfit' | 'missed' | 'history' | 'read'
type StateRow = Omit<ProjectionState, Numbers> & Record<Numbers, string>
