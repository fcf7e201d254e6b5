/**
 * One partition of a topic, read by hand as far as it is committed, beside any consumer group. Every call has a deadline
 * by the client's patience, and rejects with what the client throws.
 */
import { type BaseOptions, FetchIsolationLevels, ListOffsetTimestamps } from '@platformatic/kafka'
import { committedBatches, offsetBehind } from './committed.ts'
import { CommittedConsumer } from './committed-consumer.ts'

export type LogRecord = {
  readonly offset: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  /** As the client has them: bytes, with a name more than once where it was written so. */
  readonly headers: readonly (readonly [name: Buffer | null, value: Buffer | null])[]
}

export type CommittedLog = {
  /** Asks who leads the partition, which has to be known before anything else; undefined when there is no such topic. */
  look(): Promise<{ readonly topicId: string } | undefined>
  /** Offset of the first record, behind the last committed one, and behind the last one. */
  offset(of: 'start' | 'committed' | 'end'): Promise<bigint>
  /** Committed records from an offset on, and where to go on; waits a moment when there is none. */
  from(offset: bigint): Promise<{ readonly records: readonly LogRecord[]; readonly next: bigint }>
  close(): Promise<void>
}

const fetchBytes = 8 * 1024 * 1024
const { READ_COMMITTED, READ_UNCOMMITTED } = FetchIsolationLevels
const whereTo = {
  start: { timestamp: ListOffsetTimestamps.EARLIEST, isolationLevel: READ_COMMITTED },
  committed: { timestamp: ListOffsetTimestamps.LATEST, isolationLevel: READ_COMMITTED },
  end: { timestamp: ListOffsetTimestamps.LATEST, isolationLevel: READ_UNCOMMITTED },
} as const

/** `options` are the client's: how to connect, and its patience. The group that it wants named is not joined. */
export function openCommittedLog(
  options: BaseOptions & { readonly maxWaitTime: number },
  topic: string,
  partition = 0,
): CommittedLog {
  const consumer = new CommittedConsumer({ ...options, groupId: `${options.clientId}-log` })
  consumer.on('error', () => undefined) // every call reports its own failure
  consumer.topics.track(topic)
  let at: { readonly topicId: string; readonly node: number } | undefined

  return {
    async look() {
      const metadata = await consumer.metadata({ topics: [topic], forceUpdate: true })
      const found = metadata.topics.get(topic)
      const node = found?.partitions[partition]?.leader
      at = found === undefined || node === undefined ? undefined : { topicId: found.id, node }
      return at
    },

    async offset(of) {
      const partitions = { [topic]: [partition] }
      const asked = { topics: [topic], partitions, ...whereTo[of] }
      const offset = (await consumer.listOffsets(asked)).get(topic)?.[partition]
      if (offset === undefined) throw new Error(`Kafka does not tell the offsets of ${topic}`)
      return offset
    },

    async from(offset) {
      if (at === undefined) throw new Error(`nobody leads ${topic}`)
      const epochs = { currentLeaderEpoch: -1, lastFetchedEpoch: -1 }
      const wanted = { partition, fetchOffset: offset, partitionMaxBytes: fetchBytes, ...epochs }
      const topics = [{ topicId: at.topicId, partitions: [wanted] }]
      const { responses } = await consumer.fetch({ node: at.node, topics })
      const fetched = responses[0]?.partitions[0]
      const batches = fetched?.records ?? []
      const records = committedBatches(batches, fetched?.abortedTransactions ?? [])
        .flatMap((batch) =>
          batch.records.map(({ offsetDelta, key, value, headers }) => ({
            offset: Number(batch.firstOffset) + offsetDelta,
            key,
            value,
            headers,
          })),
        )
        .filter((record) => record.offset >= offset)
      return { records, next: offsetBehind(batches, offset) }
    },

    close: () => consumer.close(true),
  }
}
