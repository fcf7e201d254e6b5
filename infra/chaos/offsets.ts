/** Moves the committed offsets of a consumer group, as an operator does with Kafka's own tools. */
import { Admin } from '@platformatic/kafka'
import { rawTopic } from '../../contracts/topics.ts'

/** Back to offset 0 in every partition of `topic`. The group has no members, or Kafka refuses. */
export async function resetOffsets(broker: string, group: string, topic: string): Promise<void> {
  const admin = new Admin({ clientId: 'pulse-chaos', bootstrapBrokers: [broker] })
  const partitionOffsets = Array.from({ length: rawTopic.partitions }, (_, partition) => ({
    partition,
    offset: 0n,
  }))
  try {
    const topics = [{ name: topic, partitionOffsets }]
    await admin.alterConsumerGroupOffsets({ groupId: group, topics })
  } finally {
    await admin.close()
  }
}
