/**
 * The only file of the admin that talks to Kafka: asks for metadata, log ends and committed offsets, changes nothing.
 * Refuses to retry: the asker has a deadline, and asks again with the next page.
 */
import { Admin, UserError } from '@platformatic/kafka'
import { type KafkaConnection, platformaticConnection } from '../contracts/kafka-connection.ts'
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

/** The offset that a group has committed, by partition; one without a commit is missing. */
export type Committed = ReadonlyMap<number, number>

export type Kafka = {
  /** Resolves when a broker answers. */
  ping(): Promise<void>
  /** The topic's id and where each partition's log starts and ends. */
  topicLog(topic: string): Promise<TopicLog>
  /** How far the group has committed the topic; a group that never was has committed nothing. */
  committed(group: string, topic: string): Promise<Committed>
  close(): Promise<void>
}

const EARLIEST = -2n
const LATEST = -1n

export function openKafka(config: KafkaConnection & { readonly probeMs: number }): Kafka {
  const admin = new Admin({
    clientId: 'pulse-admin',
    ...platformaticConnection(config),
    connectTimeout: config.probeMs,
    timeout: config.probeMs,
    retries: 0,
    autocreateTopics: false,
  })

  const describe = async (topic: string) => {
    try {
      const metadata = await admin.metadata({ topics: [topic], forceUpdate: true })
      const found = metadata.topics.get(topic)
      if (found !== undefined) return found
    } catch (error) {
      if (!saysUnknownTopic(error)) throw error
    }
    throw new Unavailable(`Topic ${topic} does not exist`)
  }

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
      const { id, partitionsCount } = await describe(topic)
      const starts = await offsets(topic, partitionsCount, EARLIEST)
      const ends = await offsets(topic, partitionsCount, LATEST)
      // Offsets are asked by name: of a topic that was recreated meanwhile they belong to another id.
      if ((await describe(topic)).id !== id)
        throw new Unavailable(`Topic ${topic} was recreated just now`)
      return {
        topicId: id,
        partitions: Array.from({ length: partitionsCount }, (_, partition) => {
          const start = starts.get(partition)
          const end = ends.get(partition)
          if (start === undefined || end === undefined)
            throw new Unavailable(`Kafka does not tell the offsets of partition ${partition}`)
          return { partition, start, end }
        }),
      }
    },

    async committed(group, topic) {
      const [found] = await admin.listConsumerGroupOffsets({ groups: [group] })
      const partitions = found?.topics.find(({ name }) => name === topic)?.partitions ?? []
      return new Map(
        partitions
          .filter(({ committedOffset }) => committedOffset >= 0n)
          .map(({ partitionIndex, committedOffset }) => [partitionIndex, Number(committedOffset)]),
      )
    },

    async close() {
      await admin.close()
    },
  }
}

/** The client turns the broker's UNKNOWN_TOPIC_OR_PARTITION into an error that only its message tells apart. */
const saysUnknownTopic = (error: unknown): boolean =>
  error instanceof UserError && error.message.startsWith('Unknown topic')
