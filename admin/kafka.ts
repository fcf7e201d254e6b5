/**
 * The only file of the admin that talks to Kafka: asks for metadata and log ends, changes nothing.
 * Refuses to retry: the asker has a deadline, and asks again with the next page.
 */
import { Admin } from '@platformatic/kafka'
import { Unavailable } from './outage.ts'

export type PartitionLog = {
  readonly partition: number
  /** Offset of the oldest record that retention has left. */
  readonly start: number
  /** Offset that the next record will get. */
  readonly end: number
}

export type TopicLog = {
  readonly topicId: string
  readonly partitions: readonly PartitionLog[]
}

export type Kafka = {
  /** Resolves when a broker answers. */
  ping(): Promise<void>
  /** The topic's id and where each partition's log starts and ends. */
  topicLog(topic: string): Promise<TopicLog>
  close(): Promise<void>
}

const EARLIEST = -2n
const LATEST = -1n
const UNKNOWN_TOPIC = 3

export function openKafka(config: { brokers: readonly string[]; probeMs: number }): Kafka {
  const admin = new Admin({
    clientId: 'pulse-admin',
    bootstrapBrokers: [...config.brokers],
    connectTimeout: config.probeMs,
    timeout: config.probeMs,
    retries: 0,
    autocreateTopics: false,
  })

  const offsets = async (topic: string, count: number, timestamp: bigint) => {
    const partitions = Array.from({ length: count }, (_, partitionIndex) => ({
      partitionIndex,
      timestamp,
    }))
    const [listed] = await admin.listOffsets({ topics: [{ name: topic, partitions }] })
    return new Map(listed?.partitions.map((p) => [p.partitionIndex, Number(p.offset)]))
  }

  return {
    async ping() {
      await admin.metadata({ topics: [], forceUpdate: true })
    },

    async topicLog(topic) {
      const metadata = await admin
        .metadata({ topics: [topic], forceUpdate: true })
        .catch((error: unknown) => {
          throw saysUnknownTopic(error) ? new Unavailable(`topic ${topic} does not exist`) : error
        })
      const found = metadata.topics.get(topic)
      if (found === undefined) throw new Unavailable(`topic ${topic} does not exist`)
      const starts = await offsets(topic, found.partitionsCount, EARLIEST)
      const ends = await offsets(topic, found.partitionsCount, LATEST)
      const partitions = [...ends].map(([partition, end]) => ({
        partition,
        start: starts.get(partition) ?? 0,
        end,
      }))
      return { topicId: found.id, partitions: partitions.sort((a, b) => a.partition - b.partition) }
    },

    async close() {
      await admin.close()
    },
  }
}

function saysUnknownTopic(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  if ('apiCode' in error && error.apiCode === UNKNOWN_TOPIC) return true
  return 'errors' in error && Array.isArray(error.errors) && error.errors.some(saysUnknownTopic)
}
