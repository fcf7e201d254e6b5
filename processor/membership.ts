/**
 * One membership in the consumer group: the only user of the Kafka client's consumer.
 * Promises: tells its partitions whenever they change, and fails once and for good (`failed`) when the client can't
 * keep it up; there is no way back but a new membership. Every call has a deadline.
 * Why this client: of those that run on Bun it alone tells the id of a topic, the end of its log and when the broker took
 * a record, keeps headers of one name apart, and fetches when it is asked. kafka-crab-js (librdkafka by N-API) has a
 * queue of its own and none of that. It is not faster, and later back after a broker's restart: `bun run bench consuming`.
 */
import type { Consumer } from '@platformatic/kafka'
import { offsetBehind } from '../contracts/committed.ts'
import { CommittedConsumer } from '../contracts/committed-consumer.ts'
import { type KafkaConnection, platformaticConnection } from '../contracts/kafka-connection.ts'
import type { IncomingRecord } from './decode.ts'
import { type FetchedBatch, readFetched } from './fetched.ts'
import type { LogBounds } from './position.ts'

export type Fetched = {
  readonly partition: number
  readonly records: readonly IncomingRecord[]
  /** Where to fetch from next. */
  readonly next: bigint
  /** Log end offset, as the broker told with the records. */
  readonly logEnd: bigint
}

export type Wanted = { readonly partition: number; readonly offset: bigint }

export type Membership = {
  readonly topicId: string
  /** Rejects when the membership is over. */
  readonly failed: Promise<never>
  join(onAssigned: (partitions: readonly number[]) => void): Promise<void>
  /** Partitions by the broker that leads them. */
  leaders(partitions: readonly number[]): Promise<ReadonlyMap<number, readonly number[]>>
  /** Waits up to 250 ms for records of partitions that one broker leads. */
  fetch(broker: number, wanted: readonly Wanted[]): Promise<readonly Fetched[]>
  bounds(partition: number): Promise<LogBounds>
  /** Offset that the next record of the partition will get. */
  end(partition: number): Promise<bigint>
  commit(partition: number, offset: bigint): Promise<void>
  /** Leaves the group, so that the others get the partitions at once. */
  close(): Promise<void>
}

export type MembershipOptions = KafkaConnection & {
  readonly group: string
  readonly topic: string
}

/** The broker's least: a processor that died holds its partitions no longer than this. */
const sessionTimeoutMs = 6000
const longPollMs = 250
/** An answer is in memory two or three times before its records are in their queues. */
const fetchBytes = 4 * 1024 * 1024
const partitionBytes = 1024 * 1024
const earliest = -2n
const latest = -1n

export async function openMembership(options: MembershipOptions): Promise<Membership> {
  const { topic } = options
  const consumer = new CommittedConsumer({
    clientId: 'pulse-processor',
    groupId: options.group,
    ...platformaticConnection(options),
    sessionTimeout: sessionTimeoutMs,
    rebalanceTimeout: 10_000,
    heartbeatInterval: 1000,
    maxWaitTime: longPollMs,
    maxBytes: fetchBytes,
    retries: 1,
    retryDelay: 200,
  })
  let fail: (error: unknown) => void = () => undefined
  const failed = new Promise<never>((_, reject) => {
    fail = reject
  })
  // Whoever races against it sees the failure; without a racer it must not end the process.
  failed.catch(() => undefined)
  consumer.on('error', fail)
  consumer.on('consumer:heartbeat:stalled', ({ stalledFor }) =>
    fail(new Error(`no heartbeat for ${stalledFor} ms`)),
  )
  const close = () => consumer.close(true).catch(() => undefined)

  try {
    consumer.topics.track(topic)
    const metadata = await consumer.metadata({ topics: [topic], forceUpdate: true })
    const described = metadata.topics.get(topic)
    if (described === undefined) throw new Error(`no topic ${topic}`)
    const { id: topicId, partitionsCount } = described
    return { topicId, failed, close, ...operations(consumer, topic, topicId, partitionsCount) }
  } catch (err) {
    await close()
    throw err
  }
}

function operations(
  consumer: Consumer,
  topic: string,
  topicId: string,
  partitionsCount: number,
): Omit<Membership, 'topicId' | 'failed' | 'close'> {
  const offsetAt = async (partition: number, timestamp: bigint): Promise<bigint> => {
    const partitions = { [topic]: [partition] }
    const offsets = await consumer.listOffsets({ topics: [topic], partitions, timestamp })
    const offset = offsets.get(topic)?.[partition]
    if (offset === undefined) throw new Error(`no offset for partition ${partition}`)
    return offset
  }

  return {
    async join(onAssigned) {
      consumer.on('consumer:group:join', ({ assignments }) =>
        onAssigned(assignments?.find((each) => each.topic === topic)?.partitions ?? []),
      )
      await consumer.joinGroup({})
    },

    async leaders(partitions) {
      const metadata = await consumer.metadata({ topics: [topic] })
      const now = metadata.topics.get(topic)?.partitionsCount
      // The group learns of new partitions only when a member joins.
      if (now !== partitionsCount)
        throw new Error(`${topic} has ${now} partitions instead of ${partitionsCount}`)
      const byLeader = new Map<number, number[]>()
      for (const partition of partitions) {
        const leader = metadata.topics.get(topic)?.partitions[partition]?.leader
        if (leader === undefined) throw new Error(`no leader for partition ${partition}`)
        byLeader.set(leader, [...(byLeader.get(leader) ?? []), partition])
      }
      return byLeader
    },

    async fetch(broker, wanted) {
      const response = await consumer.fetch({
        node: broker,
        topics: [
          {
            topicId,
            partitions: wanted.map(({ partition, offset }) => ({
              partition,
              fetchOffset: offset,
              partitionMaxBytes: partitionBytes,
              currentLeaderEpoch: -1,
              lastFetchedEpoch: -1,
            })),
          },
        ],
      })
      return response.responses
        .filter((each) => each.topicId === topicId)
        .flatMap(({ partitions }) => partitions)
        .flatMap(({ partitionIndex: partition, records, abortedTransactions, highWatermark }) => {
          const from = wanted.find((each) => each.partition === partition)?.offset
          if (from === undefined) return []
          const batches: readonly FetchedBatch[] = records ?? []
          return [
            {
              partition,
              records: readFetched(batches, abortedTransactions ?? [], from),
              next: offsetBehind(batches, from),
              logEnd: highWatermark,
            },
          ]
        })
    },

    async bounds(partition) {
      const [start, end, committed] = await Promise.all([
        offsetAt(partition, earliest),
        offsetAt(partition, latest),
        consumer.listCommittedOffsets({ topics: [{ topic, partitions: [partition] }] }),
      ])
      const offset = committed.get(topic)?.[partition]
      return { start, end, committed: offset === undefined || offset < 0n ? undefined : offset }
    },

    end: (partition) => offsetAt(partition, latest),

    async commit(partition, offset) {
      await consumer.commit({ offsets: [{ topic, partition, offset, leaderEpoch: -1 }] })
    },
  }
}

/** Whether a fetch failed because the log has no such offset: it expired, or the log was set back. */
export const isOutOfRange = (error: unknown): boolean =>
  namesOf(error).includes('OFFSET_OUT_OF_RANGE')

/** What says of a whole membership that it cannot go on: there is nobody to ask, no such topic, no right to it. */
const ofMembership = [
  'PLT_KFK_NETWORK',
  'PLT_KFK_TIMEOUT',
  'PLT_KFK_AUTHENTICATION',
  'UNKNOWN_TOPIC_ID',
  'INCONSISTENT_TOPIC_ID',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'TOPIC_AUTHORIZATION_FAILED',
]

/** Whether a failure of a fetch may be the fault of one of its partitions, or of what is in its log. */
export const mayBeOfOnePartition = (error: unknown): boolean =>
  !namesOf(error).some((name) => ofMembership.includes(name))

/** Kafka's and the client's names of an error and of those that it wraps. */
function namesOf(error: unknown): string[] {
  if (typeof error !== 'object' || error === null) return []
  const { apiId, code, errors, cause } = error as Record<string, unknown>
  const inner = [...(Array.isArray(errors) ? errors : []), cause].flatMap(namesOf)
  return [apiId, code, ...inner].filter((name): name is string => typeof name === 'string')
}
