/** The consumer group of the processors, as Kafka's administration sees it. */
import { setTimeout as pause } from 'node:timers/promises'
import { Admin } from '@platformatic/kafka'
import type { KafkaConnection } from '../../contracts/kafka-connection.ts'
import { clientOptions } from '../control/read.ts'
import { Unavailable } from '../outage.ts'
import type { PartitionOffsets, Target } from './targets.ts'

export type Group = {
  /** Waits until nobody is in the group any more: Kafka moves the offsets of no other. */
  untilEmpty(signal: AbortSignal): Promise<void>
  /** Of every partition; `sinceMs` is the instant to look for. Throws Unavailable when there is no such topic. */
  offsets(sinceMs: number | undefined): Promise<readonly PartitionOffsets[]>
  move(targets: readonly Target[]): Promise<void>
  close(): Promise<void>
}

/** Longer than a session lasts of which nobody says that it is over. */
const emptyWithinMs = 20_000
const askAgainMs = 200
const earliest = -2n
const latest = -1n

export type GroupOptions = KafkaConnection & { readonly rawTopic: string; readonly group: string }

export function openGroup(options: GroupOptions): Group {
  const { rawTopic: topic, group } = options
  const admin = new Admin({ ...clientOptions(options), clientId: 'pulse-rewind' })
  admin.on('error', () => undefined) // every call reports its own failure

  const offsetsAt = async (count: number, timestamp: bigint) => {
    const partitions = Array.from({ length: count }, (_, partitionIndex) => ({
      partitionIndex,
      timestamp,
    }))
    const [listed] = await admin.listOffsets({ topics: [{ name: topic, partitions }] })
    return new Map(listed?.partitions.map((each) => [each.partitionIndex, each.offset]))
  }

  const committedOffsets = async (count: number) => {
    const partitionIndexes = Array.from({ length: count }, (_, partition) => partition)
    const [listed] = await admin.listConsumerGroupOffsets({
      groups: [{ groupId: group, topics: [{ name: topic, partitionIndexes }] }],
    })
    const partitions = listed?.topics.find(({ name }) => name === topic)?.partitions ?? []
    return new Map(partitions.map((each) => [each.partitionIndex, each.committedOffset]))
  }

  return {
    async untilEmpty(signal) {
      const deadline = performance.now() + emptyWithinMs
      for (;;) {
        const described = (await admin.describeGroups({ groups: [group] })).get(group)
        const members = [...(described?.members.values() ?? [])]
        if (members.length === 0) return
        if (signal.aborted) throw new Unavailable('interrupted')
        if (performance.now() > deadline) throw new Unavailable(stillThere(group, members.length))
        await pause(askAgainMs)
      }
    },

    async offsets(sinceMs) {
      const metadata = await admin.metadata({ topics: [topic], forceUpdate: true })
      const count = metadata.topics.get(topic)?.partitionsCount
      if (count === undefined) throw new Unavailable(`there is no topic ${topic}`)
      const starts = await offsetsAt(count, earliest)
      const ends = await offsetsAt(count, latest)
      const since = sinceMs === undefined ? new Map() : await offsetsAt(count, BigInt(sinceMs))
      const committed = await committedOffsets(count)
      return Array.from({ length: count }, (_, partition) => ({
        partition,
        start: told(starts, partition),
        end: told(ends, partition),
        committed: known(committed.get(partition)),
        since: known(since.get(partition)),
      }))
    },

    async move(targets) {
      const partitionOffsets = targets.map(({ partition, to }) => ({ partition, offset: to }))
      const topics = [{ name: topic, partitionOffsets }]
      await admin.alterConsumerGroupOffsets({ groupId: group, topics })
    },

    close: () => admin.close(),
  }
}

function told(offsets: ReadonlyMap<number, bigint>, partition: number): bigint {
  const offset = offsets.get(partition)
  if (offset === undefined)
    throw new Unavailable(`Kafka does not tell the offsets of partition ${partition}`)
  return offset
}

/** Kafka says -1 for none. */
const known = (offset: bigint | undefined): bigint | undefined =>
  offset === undefined || offset < 0n ? undefined : offset

const stillThere = (group: string, members: number): string =>
  `${members} members of ${group} have not paused within ${emptyWithinMs / 1000} s: ` +
  'a processor that does not follow pulse.control has to be stopped by hand'
