/** Puts the events that are next into `batch`, and tells what their payloads are. */
import type { Transaction } from '../session.ts'
import type { Plan } from './plan.ts'
import type { HistoryMark } from './progress.ts'
import { textArray } from './text-array.ts'

export type ReadEvent = {
  /** Its number in the batch. */
  readonly n: number
  readonly eventType: string
  /** JSON. */
  readonly payload: string
  readonly topicId: string
  readonly partition: number
  readonly offset: string
}

/** Events of these types that lie between the offsets of the plan. */
export function readPlanned(
  tx: Transaction,
  plan: Plan,
  types: readonly string[],
): Promise<ReadEvent[]> {
  const moves = plan.moves.map(({ topicId, partition, from, until }) => ({
    ...{ topic_id: topicId, partition },
    ...{ first: String(from), until: String(until) },
  }))
  const spans = plan.spans.map(([from, to]) => ({ earliest: from, latest: to }))
  const [first, last] = [plan.spans[0]?.[0] ?? 0, plan.spans.at(-1)?.[1] ?? 0]
  return tx<ReadEvent[]>`
    ${intoBatch(tx)}
      from json_to_recordset(${JSON.stringify(spans)}::text::json) as s (earliest bigint, latest bigint)
     cross join lateral (
       select * from public.events
        where received_at >= 'epoch'::timestamptz + s.earliest * interval '1 microsecond'
          and received_at <= 'epoch'::timestamptz + s.latest * interval '1 microsecond'
          -- The same for all spans together: days that hold none of them are left out before anything begins.
          and received_at >= 'epoch'::timestamptz + ${first}::bigint * interval '1 microsecond'
          and received_at <= 'epoch'::timestamptz + ${last}::bigint * interval '1 microsecond'
          and event_type = any (${textArray(types)}::text::text[])
     ) e
      join json_to_recordset(${JSON.stringify(moves)}::text::json)
             as m (topic_id uuid, partition integer, first bigint, until bigint)
        on m.topic_id = e.topic_id and m.partition = e.partition
       and e."offset" >= m.first and e."offset" < m.until
    ${returned(tx)}`
}

/** Events, of any type, that one step of history goes through. */
const historyEvents = 2000

export type HistoryPage = {
  /** The last event of the page. */
  readonly end: HistoryMark
  /** How many of its events were stored before the projection began. */
  readonly read: number
}

/** The page of history after `mark`; undefined when there is none. */
export async function historyPage(
  tx: Transaction,
  name: string,
  mark: HistoryMark,
): Promise<HistoryPage | undefined> {
  const [row] = await tx<{ readAt: string; readId: string; read: number }[]>`
    with page as (
      select received_at, id, topic_id, partition, "offset"
        from public.events
       where received_at >= ${mark.readAt}::text::timestamptz
         and (received_at, id) > (${mark.readAt}::text::timestamptz, ${mark.readId}::uuid)
       order by received_at, id
       limit ${historyEvents}
    )
    select received_at::text as "readAt", id as "readId", (
             select count(*)::integer
               from page
               join public.projection_positions p using (topic_id, partition)
              where p.projection = ${name} and page."offset" < p.began_at) as read
      from page
     order by received_at desc, id desc
     limit 1`
  return row && { end: { readAt: row.readAt, readId: row.readId }, read: row.read }
}

/** Events of these types on a page that were stored before the projection began; the others it follows. */
export function readHistory(
  tx: Transaction,
  name: string,
  after: HistoryMark,
  { end }: HistoryPage,
  types: readonly string[],
): Promise<ReadEvent[]> {
  return tx<ReadEvent[]>`
    ${intoBatch(tx)}
      from public.events e
      join public.projection_positions p
        on p.projection = ${name} and p.topic_id = e.topic_id and p.partition = e.partition and e."offset" < p.began_at
     where e.received_at >= ${after.readAt}::text::timestamptz
       and e.received_at <= ${end.readAt}::text::timestamptz
       and (e.received_at, e.id) > (${after.readAt}::text::timestamptz, ${after.readId}::uuid)
       and (e.received_at, e.id) <= (${end.readAt}::text::timestamptz, ${end.readId}::uuid)
       and e.event_type = any (${textArray(types)}::text::text[])
    ${returned(tx)}`
}

/** Numbered, whatever `e` is selected from. */
const intoBatch = (tx: Transaction) => tx`
  insert into pg_temp.batch (n, tenant_id, event_id, event_type, occurred_at, received_at,
                             topic_id, partition, "offset", payload)
  select row_number() over (), e.tenant_id, e.event_id, e.event_type, e.occurred_at, e.received_at,
         e.topic_id, e.partition, e."offset", e.payload`

const returned = (tx: Transaction) => tx`
  returning n, event_type as "eventType", payload::text as payload,
            topic_id as "topicId", partition, "offset"`
