/** What lies before a projection: one statement, at the price of small tables, and nothing is changed by looking. */
import type { Sql } from '../session.ts'
import type { Instance } from './instance.ts'
import type { DuePartition, Span, StoredBatch } from './plan.ts'
import { textArray } from './text-array.ts'

export type Look =
  /** It was never begun, or somebody has deleted its row. */
  | { readonly is: 'unknown' }
  | {
      readonly is: 'history'
      /** Another process has moved it within the last two seconds. */
      readonly isElsewhere: boolean
      readonly mark: HistoryMark
    }
  | {
      readonly is: 'following'
      readonly isElsewhere: boolean
      /** Partitions with anything to pass, and the batches that lie next, all as of one snapshot. */
      readonly due: readonly DuePartition[]
    }

/** Where history is read from: after this event. */
export type HistoryMark = { readonly readAt: string; readonly readId: string }

/** Batches of one partition that are looked at in one step. */
const mostBatches = 32

/** Longer than a process that is at work stays away from it; what it is at is left to it, or both read the same. */
const leftAloneMs = 2000

export async function lookAhead(
  sql: Sql,
  { name, runner }: Pick<Instance, 'name' | 'runner'>,
  types: readonly string[],
): Promise<Look> {
  const rows = await sql<LookRow[]>`
    select s.phase, s.read_at::text as "readAt", s.read_id as "readId",
           s.runner <> ${runner} and s.moved_at > now() - ${leftAloneMs} * interval '1 millisecond' as "isElsewhere",
           next.*
      from projection_states s
      left join lateral (
        select o.topic_id as "topicId", o.partition, p.projection is null as "isNew",
               coalesce(p.projected_to, o.first_offset) as "projectedTo", o.counted_to as "countedTo",
               b.first_offset as first, b.last_offset as last, b.events, b.bytes,
               coalesce(b.types && ${textArray(types)}::text::text[], true) as relevant,
               extract(epoch from b.stored_at) * 1000 as "storedAt",
               (select json_agg(json_build_array((extract(epoch from lower(r)) * 1000000)::bigint,
                                                 (extract(epoch from upper(r)) * 1000000)::bigint))
                  from unnest(b.received) r) as received,
               coalesce(lower(b.received) < date_trunc('day', now()) - interval '1 day', false) as "isOld"
          from pipeline_offsets o
          left join projection_positions p
            on p.projection = s.name and p.topic_id = o.topic_id and p.partition = o.partition
          left join lateral (
            select * from event_batches e
             where e.topic_id = o.topic_id and e.partition = o.partition
               and e.last_offset >= coalesce(p.projected_to, o.first_offset)
             order by e.last_offset
             limit ${mostBatches}
          ) b on true
         where p.projection is null or o.counted_to > p.projected_to
      ) next on s.phase = 'following'
     where s.name = ${name}
     order by next."topicId", next.partition, next.last`
  const [row] = rows
  if (row === undefined) return { is: 'unknown' }
  const isElsewhere = row.isElsewhere ?? false
  if (row.phase === 'history') {
    const { readAt, readId } = row
    return { is: 'history', isElsewhere, mark: { readAt, readId } }
  }
  const found = rows.flatMap((each) => (each.topicId === null ? [] : [each]))
  if (found.some(({ isNew }) => isNew)) {
    await markNewPartitions(sql, name)
    return await lookAhead(sql, { name, runner }, types)
  }
  const byPartition = Map.groupBy(found, ({ topicId, partition }) => `${topicId}/${partition}`)
  return { is: 'following', isElsewhere, due: [...byPartition.values()].flatMap(partitionOf) }
}

/** A partition that came later is followed from the first offset that was ever counted. */
async function markNewPartitions(sql: Sql, name: string): Promise<void> {
  await sql`
    insert into projection_positions (projection, topic_id, partition, began_at, projected_to)
    select s.name, o.topic_id, o.partition, o.first_offset, o.first_offset
      from projection_states s
     cross join pipeline_offsets o
     where s.name = ${name}
       and not exists (select from projection_positions p
                        where p.projection = s.name and p.topic_id = o.topic_id and p.partition = o.partition)
    on conflict do nothing`
}

type LookRow = HistoryMark & {
  phase: 'history' | 'following'
  isElsewhere: boolean | null
} & ({ topicId: null; isNew: boolean | null } | DueRow)

type DueRow = {
  topicId: string
  partition: number
  isNew: boolean
  projectedTo: string
  countedTo: string
  first: string | null
  last: string | null
  events: string
  bytes: string
  relevant: boolean
  storedAt: string
  received: Span[]
  isOld: boolean
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

function batchOf(row: DueRow): StoredBatch[] {
  const { first, last, events, bytes, storedAt, relevant, received, isOld } = row
  if (first === null || last === null) return []
  const size = { events: Number(events), bytes: Number(bytes), storedAt: Number(storedAt) }
  return [{ first: BigInt(first), last: BigInt(last), ...size, relevant, received, isOld }]
}
