/** Reads a topic as it stands, beside any consumer group. */
import { Consumer, ListOffsetTimestamps, MessagesStreamModes } from '@platformatic/kafka'

export type LoggedRecord = {
  readonly partition: number
  readonly key: string
  readonly value: Buffer
  readonly headers: Readonly<Record<string, string>>
}

/** Every record that the topic holds now, in the order of its partitions. */
export async function readTopic(broker: string, topic: string): Promise<readonly LoggedRecord[]> {
  const consumer = new Consumer({
    clientId: 'pulse-test',
    groupId: `reader-${crypto.randomUUID()}`,
    bootstrapBrokers: [broker],
    autocommit: false,
    maxWaitTime: 50,
  })
  try {
    const ends = await consumer.listOffsets({
      topics: [topic],
      timestamp: ListOffsetTimestamps.LATEST,
    })
    const expected = (ends.get(topic) ?? []).reduce((sum, end) => sum + Number(end), 0)
    const records: LoggedRecord[] = []
    if (expected === 0) return records
    const stream = await consumer.consume({ topics: [topic], mode: MessagesStreamModes.EARLIEST })
    for await (const message of stream) {
      records.push({
        partition: message.partition,
        key: String(message.key),
        value: message.value,
        headers: Object.fromEntries(message.headerEntries.map((entry) => entry.map(String))),
      })
      if (records.length === expected) break
    }
    return records.sort((a, b) => a.partition - b.partition)
  } finally {
    await consumer.close(true)
  }
}
