/** Reads what a fetch brought, as Kafka's record batches (message format v2), into records. Pure. */
import { type Aborted, committedBatches, type LogBatch } from '../contracts/committed.ts'
import type { IncomingRecord } from './decode.ts'

/** The parts of a record batch that are read here, as the client decodes them. */
export type FetchedBatch = LogBatch & {
  readonly firstTimestamp: bigint
  readonly maxTimestamp: bigint
  readonly records: readonly {
    readonly offsetDelta: number
    readonly timestampDelta: bigint
    readonly key: Buffer | null
    readonly value: Buffer | null
    readonly headers: readonly (readonly [Buffer | null, Buffer | null])[]
  }[]
}

const logAppendTime = 0x08

/**
 * Committed records from an offset on, in order. A fetch answers with whole batches, which may begin before the offset
 * that was asked for.
 */
export function readFetched(
  batches: readonly FetchedBatch[],
  aborted: readonly Aborted[],
  from: bigint,
): IncomingRecord[] {
  const records: IncomingRecord[] = []
  for (const batch of committedBatches(batches, aborted)) {
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

const text = (bytes: Buffer | null): string => bytes?.toString('utf8') ?? ''
