/**
 * A projection's row of `projection_states`: what it does, how far it is in history, what became of events. Whoever has
 * the row locked works on the projection; others leave it alone.
 */
import type { Sql, Transaction } from '../session.ts'

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

export type Held = HistoryMark & { readonly phase: 'history' | 'following' }

/** What became of the events of one step. */
export type Applied = {
  readonly applied: number
  readonly unfit: number
  readonly unfitWhy: string | undefined
}

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

/** Locks a projection until the transaction ends; undefined when somebody else has it, or it is gone. */
export async function holdProjection(tx: Transaction, name: string): Promise<Held | undefined> {
  const [row] = await tx<Held[]>`
    select phase, read_at::text as "readAt", read_id as "readId"
      from public.projection_states
     where name = ${name}
       for update skip locked`
  return row
}

/** Whether there may be something to do, at the price of one look at small tables. */
export async function isDue(sql: Sql, name: string): Promise<boolean> {
  const [row] = await sql<{ due: boolean }[]>`
    select s.phase = 'history' or exists (
             select from pipeline_offsets o
               left join projection_positions p
                 on p.projection = s.name and p.topic_id = o.topic_id and p.partition = o.partition
              where o.counted_to > coalesce(p.projected_to, o.first_offset)) as due
      from projection_states s
     where s.name = ${name}`
  return row?.due ?? false
}

/** Moves on in history; `read` counts the events that were stored before the projection began. */
export async function moveInHistory(
  tx: Transaction,
  name: string,
  { readAt, readId }: HistoryMark,
  read: number,
): Promise<void> {
  await tx`
    update public.projection_states
       set read_at = ${readAt}::text::timestamptz, read_id = ${readId}, read = read + ${read}
     where name = ${name}`
}

export async function endHistory(tx: Transaction, name: string): Promise<void> {
  await tx`update public.projection_states set phase = 'following' where name = ${name}`
}

/** Adds up what became of events; a projection that has moved is not paused any more. */
export async function noteApplied(tx: Transaction, name: string, done: Applied): Promise<void> {
  await tx`
    update public.projection_states
       set applied = applied + ${done.applied},
           unfit = unfit + ${done.unfit},
           unfit_why = coalesce(${done.unfitWhy ?? null}::text, unfit_why),
           paused_at = null, paused_why = null, moved_at = now()
     where name = ${name}`
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
