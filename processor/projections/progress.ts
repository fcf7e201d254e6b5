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
  /** Events that were stored before it began, and how many of them it has read. */
  readonly history: number
  readonly read: number
  readonly pausedWhy: string | null
}

/** Where history is read from: after this event. */
export type HistoryMark = { readonly readAt: string; readonly readId: string }

/** Makes a projection known, if it is not: what is stored by now is its history, and the rest is followed. */
export async function beginProjection(sql: Sql, name: string): Promise<void> {
  // One statement, one snapshot: both see the same count.
  await sql`
    with begun as (
      insert into projection_states (name, history)
      select ${name}, coalesce(sum(stored), 0) from pipeline_offsets
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

/** What it does, and how far it is in history; undefined when there is no such projection. */
export async function readMark(
  sql: Sql,
  name: string,
): Promise<(HistoryMark & Pick<ProjectionState, 'phase'>) | undefined> {
  const [row] = await sql<(HistoryMark & Pick<ProjectionState, 'phase'>)[]>`
    select phase, read_at::text as "readAt", read_id as "readId"
      from projection_states
     where name = ${name}`
  return row
}

/** Longer than a process that is at work stays away from it. */
const leftAloneMs = 2000

/**
 * Whether there may be something to do, at the price of one look at small tables. What another runner is at is left to
 * it: both would read the same, and one of them for nothing.
 */
export async function isDue(sql: Sql, name: string, runner: string): Promise<boolean> {
  const [row] = await sql<{ due: boolean }[]>`
    select (s.runner is null or s.runner = ${runner}
            or s.moved_at < now() - ${leftAloneMs} * interval '1 millisecond')
       and (s.phase = 'history' or exists (
             select from pipeline_offsets o
               left join projection_positions p
                 on p.projection = s.name and p.topic_id = o.topic_id and p.partition = o.partition
              where o.counted_to > coalesce(p.projected_to, o.first_offset))) as due
      from projection_states s
     where s.name = ${name}`
  return row?.due ?? false
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
    select s.name, s.phase, s.applied, s.unfit, s.history, s.read, s.paused_why as "pausedWhy",
           coalesce(sum(greatest(o.counted_to - coalesce(p.projected_to, o.first_offset), 0)), 0)
             + case s.phase when 'history' then greatest(s.history - s.read, 0) else 0 end as behind
      from projection_states s
      left join pipeline_offsets o on true
      left join projection_positions p
        on p.projection = s.name and p.topic_id = o.topic_id and p.partition = o.partition
     group by s.name
     order by s.name`
  return rows.map(({ behind, applied, unfit, history, read, ...state }) => ({
    ...state,
    behind: Number(behind),
    applied: Number(applied),
    unfit: Number(unfit),
    history: Number(history),
    read: Number(read),
  }))
}

type Numbers = 'behind' | 'applied' | 'unfit' | 'history' | 'read'
type StateRow = Omit<ProjectionState, Numbers> & Record<Numbers, string>
