/** Puts the events that are next into `batch` (batch.sql), and tells what their payloads are. */
import type { Sql } from '../session.ts'
import type { HistoryMark } from './look.ts'
import { daysOf, type Move, type Plan, type StoredBatch } from './plan.ts'
import { textArray } from './text-array.ts'

export type ReadEvent = {
  /** Its number in the batch. */
  readonly n: string
  readonly eventType: string
  /** JSON. */
  readonly payload: string
  readonly topicId: string
  readonly partition: number
  readonly offset: string
}

/** Events of these types that lie between the offsets of the plan. */
export function readPlanned(sql: Sql, plan: Plan, types: readonly string[]): Promise<ReadEvent[]> {
  const spans = plan.spans.map(([earliest, latest]) => ({ earliest, latest }))
  return sql<ReadEvent[]>`
    select n, event_type as "eventType", payload, topic_id as "topicId", partition, "offset"
      from pg_temp.fill_batch(${textArray(types)}::text::text[], ${JSON.stringify(spans)}::text::json,
                              ${JSON.stringify(movesOf(plan.moves))}::text::json)`
}

/**
 * How many events these batches had, if they lay in days that are gone: so many were not there to be read, at most.
 * Asked after reading, so that a day that goes meanwhile is counted and not missed.
 */
export async function droppedEvents(sql: Sql, batches: readonly StoredBatch[]): Promise<number> {
  const old = batches.filter(({ isOld }) => isOld)
  if (old.length === 0) return 0
  const days = JSON.stringify([...new Set(old.flatMap(daysOf))])
  const rows = await sql<{ day: string }[]>`
    select value as day
      from json_array_elements_text(${days}::text::json)
     where to_regclass('public.events_' || value) is null`
  const gone = new Set(rows.map(({ day }) => day))
  const lost = old.filter((batch) => daysOf(batch).some((day) => gone.has(day)))
  return lost.reduce((sum, { events }) => sum + events, 0)
}

/** As batch.sql reads them. */
export const movesOf = (moves: readonly Move[]) =>
  moves.map(({ topicId, partition, from, until }) => ({
    ...{ topic_id: topicId, partition },
    ...{ was: String(from), becomes: String(until) },
  }))

/** Events, of any type, that one step of history goes through, and bytes of their payloads; one event at least. */
const historyPageOf = { events: 5000, bytes: 4 * 1024 * 1024 }

export type HistoryPage = {
  /** The last event of the page. */
  readonly end: HistoryMark
  /** How many of its events were stored before the projection began. */
  readonly read: number
}

/** The page of history after `mark`; undefined when there is none. */
export async function historyPage(
  sql: Sql,
  name: string,
  mark: HistoryMark,
): Promise<HistoryPage | undefined> {
  const [row] = await sql<{ readAt: string; readId: string; read: number }[]>`
    with most as (
      select received_at, id, topic_id, partition, "offset", processed_at, pg_column_size(payload) as bytes
        from events
       where received_at >= ${mark.readAt}::text::timestamptz
         and (received_at, id) > (${mark.readAt}::text::timestamptz, ${mark.readId}::uuid)
       order by received_at, id
       limit ${historyPageOf.events}
    ), page as (
      select * from (
        select *, sum(bytes) over (order by received_at, id) - bytes as before from most
      ) summed
       where before < ${historyPageOf.bytes}
    )
    select received_at::text as "readAt", id as "readId", (
             select count(*)::integer
               from page
               left join projection_positions p
                 on p.projection = ${name} and p.topic_id = page.topic_id and p.partition = page.partition
               left join forgotten_positions f
                 on f.topic_id = page.topic_id and f.partition = page.partition
              where page."offset" < p.began_at or page.processed_at < f.forgotten_at) as read
      from page
     order by received_at desc, id desc
     limit 1`
  return row && { end: { readAt: row.readAt, readId: row.readId }, read: row.read }
}

/** Events of these types on a page that were stored before the projection began; the others it follows. */
export const readHistory = (
  sql: Sql,
  name: string,
  after: HistoryMark,
  { end }: HistoryPage,
  types: readonly string[],
): Promise<ReadEvent[]> =>
  sql<ReadEvent[]>`
    select n, event_type as "eventType", payload, topic_id as "topicId", partition, "offset"
      from pg_temp.fill_batch_from_history(
             ${name}, ${textArray(types)}::text::text[],
             ${after.readAt}::text::timestamptz, ${after.readId}::uuid,
             ${end.readAt}::text::timestamptz, ${end.readId}::uuid)`
