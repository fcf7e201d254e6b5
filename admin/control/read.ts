/**
 * Reads `pulse.control` from its first record to its end at the time of the call, as far as it is committed. A commit
 * that Kafka has promised shows in the log a moment later: that moment is waited for, and a writer that decides no longer.
 * Bounded by `readDeadlineMs` and by what the topic holds: compaction leaves one record an entity.
 */
import { Consumer, FetchIsolationLevels, ListOffsetTimestamps } from '@platformatic/kafka'
import type { ControlRecord } from '../../contracts/control-state.ts'
import { type KafkaConnection, platformaticConnection } from '../../contracts/kafka-connection.ts'
import { noControlTopic } from '../../contracts/topics.ts'
import { Unavailable } from '../outage.ts'
import { committedRecords, offsetBehind } from './committed.ts'

export type ControlReader = {
  /** Every committed record, in the order of the log. Throws Unavailable, or what the client throws. */
  read(): Promise<readonly ControlRecord[]>
  close(): Promise<void>
}

export type ControlTopicOptions = KafkaConnection & { readonly controlTopic: string }

const readDeadlineMs = 10_000
/** How long a transaction may be under way that is waited for. */
const undecidedMs = 2_000
const fetchBytes = 8 * 1024 * 1024
const { READ_COMMITTED, READ_UNCOMMITTED } = FetchIsolationLevels
const { EARLIEST, LATEST } = ListOffsetTimestamps

/** What every client of control says of itself and of its patience. */
export const clientOptions = (options: KafkaConnection) => ({
  clientId: 'pulse-control',
  ...platformaticConnection(options),
  connectTimeout: 3000,
  timeout: 5000,
  retries: 2,
  retryDelay: 100,
  autocreateTopics: false,
})

export function openReader(options: ControlTopicOptions): ControlReader {
  const topic = options.controlTopic
  // The client wants the name of a group; it joins none.
  const group = { groupId: 'pulse-control', maxWaitTime: 100 }
  const consumer = new Consumer({ ...clientOptions(options), ...group })
  consumer.on('error', () => undefined) // every call reports its own failure
  consumer.topics.track(topic)

  return {
    async read() {
      const deadline = performance.now() + readDeadlineMs
      const { id, leader } = await describe(consumer, topic)
      const undecidedUntil = performance.now() + undecidedMs
      const end = await offsetAt(consumer, topic, LATEST, READ_UNCOMMITTED)
      let committed = await offsetAt(consumer, topic, LATEST)
      let next = await offsetAt(consumer, topic, EARLIEST)
      const records: ControlRecord[] = []
      while (next < end) {
        if (next >= committed && performance.now() > undecidedUntil) break
        if (performance.now() > deadline) throw new Unavailable(`Kafka gives ${topic} too slowly`)
        const fetched = await fetchFrom(consumer, id, leader, next)
        const batches = fetched?.records ?? []
        records.push(...committedRecords(batches, fetched?.abortedTransactions ?? [], next))
        next = offsetBehind(batches, next)
        if (next >= committed) committed = await offsetAt(consumer, topic, LATEST)
      }
      return records
    },
    close: () => consumer.close(true),
  }
}

async function describe(consumer: Consumer, topic: string) {
  const metadata = await consumer.metadata({ topics: [topic], forceUpdate: true })
  const found = metadata.topics.get(topic)
  const leader = found?.partitions[0]?.leader
  if (found === undefined || leader === undefined) throw new Unavailable(noControlTopic(topic))
  return { id: found.id, leader }
}

async function offsetAt(
  consumer: Consumer,
  topic: string,
  timestamp: bigint,
  isolationLevel: number = READ_COMMITTED,
): Promise<bigint> {
  const asked = { topics: [topic], partitions: { [topic]: [0] }, timestamp, isolationLevel }
  const offset = (await consumer.listOffsets(asked)).get(topic)?.[0]
  if (offset === undefined) throw new Unavailable(`Kafka does not tell the offsets of ${topic}`)
  return offset
}

async function fetchFrom(consumer: Consumer, topicId: string, node: number, fetchOffset: bigint) {
  const epochs = { currentLeaderEpoch: -1, lastFetchedEpoch: -1 }
  const partition = { partition: 0, fetchOffset, partitionMaxBytes: fetchBytes, ...epochs }
  const topics = [{ topicId, partitions: [partition] }]
  const { responses } = await consumer.fetch({ node, topics, isolationLevel: READ_COMMITTED })
  return responses[0]?.partitions[0]
}
