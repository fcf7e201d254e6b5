/**
 * How far a projection is: its row of `projection_states` and its markers. Whoever has the row locked works on the
 * projection; others leave it alone.
 */
import type { Sql, Transaction } from '../session.ts'
import type { DuePartition, Move, Span, StoredBatch } from './plan.ts'
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

/** Batches of one partition that are looked at in one step. */
const mostBatches = 32

/** Partitions with anything to pass, and the batches that lie next, all as of one snapshot. */
export async function duePartitions(
  tx: Transaction,
  name: string,
  types: readonly string[],
): Promise<DuePartition[]> {
  // A partition that came later is followed from the first offset that was ever counted.
  await tx`
    insert into public.projection_positions (projection, topic_id, partition, began_at, projected_to)
    select ${name}, o.topic_id, o.partition, o.first_offset, o.first_offset
      from public.pipeline_offsets o
     where not exists (select from public.projection_positions p
                        where p.projection = ${name} and p.topic_id = o.topic_id and p.partition = o.partition)`
  const rows = await tx<DueRow[]>`
    select p.topic_id as "topicId", p.partition, p.projected_to as "projectedTo", o.counted_to as "countedTo",
           b.first_offset as first, b.last_offset as last, b.events, b.bytes,
           coalesce(b.types && ${textArray(types)}::text::text[], true) as relevant,
           extract(epoch from b.stored_at) * 1000 as "storedAt",
           (select json_agg(json_build_array((extract(epoch from lower(r)) * 1000000)::bigint,
                                             (extract(epoch from upper(r)) * 1000000)::bigint))
              from unnest(b.received) r) as received
      from public.projection_positions p
      join public.pipeline_offsets o using (topic_id, partition)
      left join lateral (
        select * from public.event_batches e
         where e.topic_id = p.topic_id and e.partition = p.partition and e.last_offset >= p.projected_to
         order by e.last_offset
         limit ${mostBatches}
      ) b on true
     where p.projection = ${name} and o.counted_to > p.projected_to
     order by p.topic_id, p.partition, b.last_offset`
  const byPartition = Map.groupBy(rows, ({ topicId, partition }) => `${topicId}/${partition}`)
  return [...byPartition.values()].flatMap(partitionOf)
}

type DueRow = Pick<DuePartition, 'topicId' | 'partition'> & {
  projectedTo: string
  countedTo: string
  first: string | null
  last: string | null
  events: string
  bytes: string
  relevant: boolean
  storedAt: string
  received: Span[]
}

function partitionOf(rows: readonly DueRow[]): DuePartition[] {
  const [row] = rows
  if (row === undefined) return []
  const { topicId, partition, projectedTo, countedTo } = row
  const batches = rows.flatMap(batchOf)
  return [
    {
      ...{ topicId, partition, batches },
      projectedTo: BigInt(projectedTo),
      countedTo: BigInt(countedTo),
      more: batches.length === mostBatches,
    },
  ]
}

function batchOf({
  first,
  last,
  events,
  bytes,
  relevant,
  storedAt,
  received,
}: DueRow): StoredBatch[] {
  if (first === null || last === null) return []
  const size = { events: Number(events), bytes: Number(bytes), storedAt: Number(storedAt) }
  return [{ first: BigInt(first), last: BigInt(last), ...size, relevant, received }]
}

/** Moves the markers by compare-and-set; throws when one was not where it should be, and then nothing may be committed. */
export async function moveMarkers(
  tx: Transaction,
  name: string,
  moves: readonly Move[],
): Promise<void> {
  const rows = moves.map(({ topicId, partition, from, until }) => ({
    ...{ topic_id: topicId, partition },
    ...{ was: String(from), becomes: String(until) },
  }))
  const { count } = await tx`
    update public.projection_positions p
       set projected_to = m.becomes
      from json_to_recordset(${JSON.stringify(rows)}::text::json)
             as m (topic_id uuid, partition integer, was bigint, becomes bigint)
     where p.projection = ${name} and p.topic_id = m.topic_id and p.partition = m.partition
       and p.projected_to = m.was`
  if (count !== moves.length) throw new Error(`a marker of projection ${name} was moved elsewhere`)
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
