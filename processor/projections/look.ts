/** The markers of a projection, one for each partition: what lies beyond them. */
import type { Sql } from '../session.ts'
import type { DuePartition, Span, StoredBatch } from './plan.ts'
import { textArray } from './text-array.ts'

/** Batches of one partition that are looked at in one step. */
const mostBatches = 32

/** Partitions with anything to pass, and the batches that lie next, all as of one snapshot. */
export async function duePartitions(
  sql: Sql,
  name: string,
  types: readonly string[],
): Promise<DuePartition[]> {
  // A partition that came later is followed from the first offset that was ever counted.
  await sql`
    insert into projection_positions (projection, topic_id, partition, began_at, projected_to)
    select ${name}, o.topic_id, o.partition, o.first_offset, o.first_offset
      from pipeline_offsets o
     where not exists (select from projection_positions p
                        where p.projection = ${name} and p.topic_id = o.topic_id and p.partition = o.partition)
    on conflict do nothing`
  const rows = await sql<DueRow[]>`
    select p.topic_id as "topicId", p.partition, p.projected_to as "projectedTo", o.counted_to as "countedTo",
           b.first_offset as first, b.last_offset as last, b.events, b.bytes,
           coalesce(b.types && ${textArray(types)}::text::text[], true) as relevant,
           extract(epoch from b.stored_at) * 1000 as "storedAt",
           (select json_agg(json_build_array((extract(epoch from lower(r)) * 1000000)::bigint,
                                             (extract(epoch from upper(r)) * 1000000)::bigint))
              from unnest(b.received) r) as received
      from projection_positions p
      join pipeline_offsets o using (topic_id, partition)
      left join lateral (
        select * from event_batches e
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
