/**
 * Reads what a fetch brought of a topic that is written in transactions: the records that were committed, and where to
 * go on. Follows Kafka's message format v2 and the order in which its own consumer tells aborted transactions. Pure.
 */
import type { ControlRecord } from '../../contracts/control-state.ts'

/** The parts of a record batch that are read here, as the client decodes them. */
export type FetchedBatch = {
  readonly firstOffset: bigint
  readonly lastOffsetDelta: number
  readonly attributes: number
  readonly producerId: bigint
  readonly records: readonly {
    readonly offsetDelta: number
    readonly key: Buffer | null
    readonly value: Buffer | null
  }[]
}

/** Where a transaction began that was aborted, as the broker tells it with the batches. */
export type Aborted = { readonly producerId: bigint; readonly firstOffset: bigint }

const transactional = 0x10
const controlBatch = 0x20

/** Committed records from an offset on: a fetch answers with whole batches, which may begin before it. */
export function committedRecords(
  batches: readonly FetchedBatch[],
  aborted: readonly Aborted[],
  from: bigint,
): readonly ControlRecord[] {
  const waiting = aborted.toSorted((a, b) => Number(a.firstOffset - b.firstOffset))
  const aborting = new Set<bigint>()
  const records: ControlRecord[] = []
  for (const batch of batches) {
    while (waiting[0] && waiting[0].firstOffset <= lastOffset(batch))
      aborting.add(waiting.shift()?.producerId ?? -1n)
    if (batch.attributes & controlBatch) {
      if (isAbortMarker(batch)) aborting.delete(batch.producerId)
    } else if (!(batch.attributes & transactional && aborting.has(batch.producerId)))
      for (const { offsetDelta, key, value } of batch.records) {
        const offset = batch.firstOffset + BigInt(offsetDelta)
        if (offset >= from) records.push({ offset: Number(offset), key, value })
      }
  }
  return records
}

/** Where to fetch from next: behind the last batch, also when nothing of it was committed. */
export function offsetBehind(batches: readonly FetchedBatch[], from: bigint): bigint {
  const last = batches.at(-1)
  return last === undefined ? from : lastOffset(last) + 1n
}

const lastOffset = (batch: FetchedBatch): bigint =>
  batch.firstOffset + BigInt(batch.lastOffsetDelta)

/** A marker's key is its version and its type, 16 bits each: 0 aborts, 1 commits. */
const isAbortMarker = ({ records }: FetchedBatch): boolean => records[0]?.key?.readInt16BE(2) === 0
