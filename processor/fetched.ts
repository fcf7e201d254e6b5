/** Reads what a fetch brought, as Kafka's record batches (message format v2), into records. Pure. */
import { type Aborted, committedBatches, type LogBatch } from '../contracts/committed.ts'
import { headers } from '../contracts/topics.ts'
import type { IncomingRecord, OwnHeaders } from './decode.ts'

/** The parts of a record batch that are read here, as the client decodes them. */
export type FetchedBatch = LogBatch & {
  readonly firstTimestamp: bigint
  readonly maxTimestamp: bigint
  readonly records: readonly {
    readonly offsetDelta: number
    readonly timestampDelta: bigint
    readonly key: Buffer | null
    readonly value: Buffer | null
    readonly headers: FetchedHeaders
  }[]
}

export type FetchedHeaders = readonly (readonly [Buffer | null, Buffer | null])[]

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
        headers: ownHeaders(record.headers),
        timestampMs: Number(timestamp),
      })
    }
  }
  return records
}

const fingerprintName = Buffer.from(headers.fingerprint)
const redriveName = Buffer.from(headers.redrive)

/** Of headers with one name the first. Foreign ones are not even read as text. */
export function ownHeaders(given: FetchedHeaders): OwnHeaders {
  let fingerprint: string | undefined
  let redrive: string | undefined
  for (const [name, value] of given) {
    if (name === null) continue
    if (name.equals(fingerprintName)) fingerprint ??= text(value)
    else if (name.equals(redriveName)) redrive ??= text(value)
  }
  return { fingerprint, redrive }
}

const text = (bytes: Buffer | null): string => bytes?.toString('utf8') ?? ''
