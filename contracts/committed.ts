/**
 * What of a fetched log is committed. Follows Kafka's message format v2 (KIP-98) and the order in which its own consumer
 * tells aborted transactions. Pure.
 */

/** The parts of a record batch that tell, as the client decodes them. */
export type LogBatch = {
  readonly firstOffset: bigint
  readonly lastOffsetDelta: number
  readonly attributes: number
  readonly producerId: bigint
  readonly records: readonly { readonly key: Buffer | null }[]
}

/** Where a transaction began that was aborted, as the broker tells it with the batches. */
export type Aborted = { readonly producerId: bigint; readonly firstOffset: bigint }

const transactional = 0x10
const controlBatch = 0x20

/** The batches that hold committed records: none of an aborted transaction, and no transaction's marker. */
export function committedBatches<Batch extends LogBatch>(
  batches: readonly Batch[],
  aborted: readonly Aborted[],
): readonly Batch[] {
  const waiting = aborted.toSorted((a, b) => Number(a.firstOffset - b.firstOffset))
  const aborting = new Set<bigint>()
  return batches.filter((batch) => {
    for (; waiting[0] && waiting[0].firstOffset <= lastOffset(batch); waiting.shift())
      aborting.add(waiting[0].producerId)
    if (batch.attributes & controlBatch) {
      if (isAbortMarker(batch)) aborting.delete(batch.producerId)
      return false
    }
    return !(batch.attributes & transactional && aborting.has(batch.producerId))
  })
}

/** Where to fetch from next: behind the last batch, also when it held no committed record. */
export function offsetBehind(batches: readonly LogBatch[], from: bigint): bigint {
  const last = batches.at(-1)
  return last === undefined ? from : lastOffset(last) + 1n
}

const lastOffset = (batch: LogBatch): bigint => batch.firstOffset + BigInt(batch.lastOffsetDelta)

/** A marker's key is its version and its type, 16 bits each: 0 aborts, 1 commits. */
const isAbortMarker = ({ records }: LogBatch): boolean => records[0]?.key?.readInt16BE(2) === 0
