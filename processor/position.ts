/**
 * Where to begin with a partition. Postgres tells how far it is counted, Kafka what it still has and what its group
 * committed. Pure decision first, the queries that carry it out below.
 */
import type { Sql } from './session.ts'

export type LogBounds = {
  /** Offset of the first record that the log still has. */
  readonly start: bigint
  /** Offset that the next record will get. */
  readonly end: bigint
  /** What the consumer group committed; undefined when it never did. */
  readonly committed: bigint | undefined
}

export type StartingPoint =
  /** Never counted: from the beginning. */
  | { readonly kind: 'begin'; readonly readFrom: bigint }
  /** Counted before; `readFrom` may lie below: what was counted is read again and changes nothing. */
  | { readonly kind: 'resume'; readonly readFrom: bigint; readonly countedTo: bigint }
  /** Kafka has dropped records that nobody counted. */
  | { readonly kind: 'expired'; readonly readFrom: bigint; readonly countedTo: bigint }
  /** Counted beyond the end of the same topic: Kafka has lost what Postgres has. Nothing can go on from here. */
  | { readonly kind: 'beyond'; readonly countedTo: bigint }

export function startingPoint(countedTo: bigint | undefined, log: LogBounds): StartingPoint {
  if (countedTo === undefined) return { kind: 'begin', readFrom: log.start }
  if (countedTo > log.end) return { kind: 'beyond', countedTo }
  if (countedTo < log.start) return { kind: 'expired', readFrom: log.start, countedTo }
  if (log.committed === undefined || log.committed > countedTo)
    return { kind: 'resume', readFrom: countedTo, countedTo }
  if (log.committed < log.start) return { kind: 'resume', readFrom: log.start, countedTo }
  return { kind: 'resume', readFrom: log.committed, countedTo }
}

export type PartitionId = {
  readonly topic: string
  readonly topicId: string
  readonly partition: number
}

/** How far a partition is counted; undefined when it never was. */
export async function countedTo(sql: Sql, id: PartitionId): Promise<bigint | undefined> {
  const [row] = await sql<{ counted_to: string }[]>`
    select counted_to from pipeline_offsets
     where topic_id = ${id.topicId} and partition = ${id.partition}`
  return row === undefined ? undefined : BigInt(row.counted_to)
}

/** Begins to count a partition; when another processor did so first, its row stays. */
export async function beginCounting(sql: Sql, id: PartitionId, from: bigint): Promise<void> {
  await sql`
    insert into pipeline_offsets (topic_id, topic, partition, first_offset, counted_to)
    values (${id.topicId}, ${id.topic}, ${id.partition}, ${String(from)}, ${String(from)})
    on conflict (topic_id, partition) do nothing`
}

/** Counts expired records as skipped; false when the partition has moved meanwhile, and nothing was changed. */
export async function skipExpired(
  sql: Sql,
  id: PartitionId,
  from: bigint,
  to: bigint,
): Promise<boolean> {
  const { count } = await sql`
    update pipeline_offsets
       set counted_to = ${String(to)}, skipped = skipped + ${String(to - from)}, updated_at = now()
     where topic_id = ${id.topicId} and partition = ${id.partition} and counted_to = ${String(from)}`
  return count === 1
}
