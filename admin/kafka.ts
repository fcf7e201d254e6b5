/**
 * The only file of the admin that talks to Kafka: asks for metadata, offsets, groups and settings of topics, changes
 * nothing.
 * Refuses to retry: the asker has a deadline, and asks again with the next page.
 */
import { Admin, ConfigResourceTypes, UserError } from '@platformatic/kafka'
import { type KafkaConnection, platformaticConnection } from '../contracts/kafka-connection.ts'
import type { Group, Member } from '../views/pipeline-facts.ts'
import { Unavailable } from './outage.ts'
import type { FirstOffsetAt } from './unread-age.ts'

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
  /** Who is in the group, and which partitions of the topic each has. */
  group(group: string, topic: string): Promise<Group>
  /** Of each partition the first offset from a time on. */
  firstOffsetAt(topic: string): FirstOffsetAt
  /** How long the topic keeps records, in milliseconds; infinite when for ever. */
  retentionMs(topic: string): Promise<number>
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

  const offsetsAt = async (topic: string, at: ReadonlyMap<number, bigint>) => {
    const partitions = [...at].map(([partitionIndex, timestamp]) => ({ partitionIndex, timestamp }))
    const [listed] = await admin.listOffsets({ topics: [{ name: topic, partitions }] })
    return new Map(listed?.partitions.map((p) => [p.partitionIndex, Number(p.offset)]))
  }

  const offsets = (topic: string, count: number, timestamp: bigint) =>
    offsetsAt(
      topic,
      new Map(Array.from({ length: count }, (_, partition) => [partition, timestamp])),
    )

  return {
    async ping() {
      await admin.metadata({ topics: [], forceUpdate: true })
    },

    async topicLog(topic) {
      const { id, partitionsCount } = await describe(topic)
      const [starts, ends] = await Promise.all([
        offsets(topic, partitionsCount, EARLIEST),
        offsets(topic, partitionsCount, LATEST),
      ])
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

    async group(group, topic) {
      const described = (await admin.describeGroups({ groups: [group] })).get(group)
      if (described === undefined) throw new Unavailable(`Kafka does not know the group ${group}`)
      const members = [...described.members.values()].map(
        ({ clientId, clientHost, assignments }): Member => ({
          clientId,
          host: clientHost.replace(/^\//, ''),
          partitions: [...(assignments?.values() ?? [])]
            .filter((assignment) => assignment.topic === topic)
            .flatMap(({ partitions }) => partitions)
            .sort((a, b) => a - b),
        }),
      )
      return { state: described.state.toLowerCase().replaceAll('_', ' '), members }
    },

    firstOffsetAt: (topic) => async (at) => {
      const asked = new Map([...at].map(([partition, ms]) => [partition, BigInt(Math.floor(ms))]))
      const found = await offsetsAt(topic, asked)
      return new Map([...found].map(([p, offset]) => [p, offset < 0 ? undefined : offset]))
    },

    async retentionMs(topic) {
      const [description] = await admin.describeConfigs({
        resources: [
          {
            resourceType: ConfigResourceTypes.TOPIC,
            resourceName: topic,
            configurationKeys: ['retention.ms'],
          },
        ],
      })
      const value = Number(description?.configs.find(({ name }) => name === 'retention.ms')?.value)
      if (Number.isNaN(value))
        throw new Unavailable(`Kafka does not tell how long ${topic} keeps records`)
      return value < 0 ? Number.POSITIVE_INFINITY : value
    },

    async close() {
      await admin.close()
    },
  }
}

/** The client turns the broker's UNKNOWN_TOPIC_OR_PARTITION into an error that only its message tells apart. */
const saysUnknownTopic = (error: unknown): boolean =>
  error instanceof UserError && error.message.startsWith('Unknown topic')
