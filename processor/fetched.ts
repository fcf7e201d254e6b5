/** Reads what a fetch brought, as Kafka's record batches (message format v2), into records. Pure. */
import type { IncomingRecord } from './decode.ts'

/** The parts of a record batch that are read here, as the client decodes them. */
export type FetchedBatch = {
  readonly firstOffset: bigint
  readonly lastOffsetDelta: number
  readonly firstTimestamp: bigint
  readonly maxTimestamp: bigint
  readonly attributes: number
  readonly records: readonly {
    readonly offsetDelta: number
    readonly timestampDelta: bigint
    readonly key: Buffer | null
    readonly value: Buffer | null
    readonly headers: readonly (readonly [Buffer | null, Buffer | null])[]
  }[]
}

const logAppendTime = 0x08
const controlBatch = 0x20

/**
 * Records from an offset on, in order. A fetch answers with whole batches, which may begin before the offset that was
 * asked for; control batches (transaction markers) hold no records of ours.
 */
export function readFetched(batches: readonly FetchedBatch[], from: bigint): IncomingRecord[] {
  const records: IncomingRecord[] = []
  for (const batch of batches) {
    if (batch.attributes & controlBatch) continue
    for (const record of batch.records) {
      const offset = batch.firstOffset + BigInt(record.offsetDelta)
      if (offset < from) continue
      const timestamp =
        batch.attributes & logAppendTime
          ? batch.maxTimestamp
          : batch.firstTimestamp + record.timestampDelta
      records.push({
        offset,
        key: record.key,
        value: record.value,
        headers: record.headers.map(([name, value]) => [text(name), text(value)]),
        timestampMs: Number(timestamp),
      })
    }
  }
  return records
}

/** Where to fetch from next: behind the last batch, also when it held no record of ours. */
export function offsetAfter(batches: readonly FetchedBatch[], from: bigint): bigint {
  const last = batches.at(-1)
  return last === undefined ? from : last.firstOffset + BigInt(last.lastOffsetDelta) + 1n
}

const text = (bytes: Buffer | null): string => bytes?.toString('utf8') ?? ''
