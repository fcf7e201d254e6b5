/** Reads a topic as it stands, beside any consumer group, and writes to it what no part of Pulse would. */
import { Consumer, ListOffsetTimestamps, MessagesStreamModes, Producer } from '@platformatic/kafka'

export type LoggedRecord = {
  readonly partition: number
  readonly key: string
  readonly value: Buffer
  readonly headers: Readonly<Record<string, string>>
}

/** Every record that the topic holds now, in the order of its partitions. The last one may be no transaction's marker. */
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
    // By offset, not by number: compaction leaves gaps.
    const lastOffsets = (ends.get(topic) ?? []).map((end) => end - 1n)
    const unread = new Set(
      lastOffsets.flatMap((last, partition) => (last >= 0n ? [partition] : [])),
    )
    const records: LoggedRecord[] = []
    if (unread.size === 0) return records
    const stream = await consumer.consume({ topics: [topic], mode: MessagesStreamModes.EARLIEST })
    for await (const message of stream) {
      records.push({
        partition: message.partition,
        key: String(message.key),
        value: message.value,
        headers: Object.fromEntries(message.headerEntries.map((entry) => entry.map(String))),
      })
      if (message.offset === lastOffsets[message.partition]) unread.delete(message.partition)
      if (unread.size === 0) break
    }
    return records.sort((a, b) => a.partition - b.partition)
  } finally {
    await consumer.close(true)
  }
}

/** Writes records to one partition, the first unless given, in one batch; a value of null is a tombstone. */
export async function writeTopic(
  broker: string,
  topic: string,
  records: readonly { readonly key: string; readonly value: string | null }[],
  partition = 0,
): Promise<void> {
  const producer = new Producer({ clientId: 'pulse-test', bootstrapBrokers: [broker], acks: -1 })
  try {
    const messages = records.map(({ key, value }) => ({
      topic,
      partition,
      key: Buffer.from(key),
      // The client takes null, and its types do not say so.
      value: (value === null ? null : Buffer.from(value)) as Buffer,
    }))
    await producer.send({ messages })
  } finally {
    await producer.close(true)
  }
}

/** Writes one record a transaction to the first partition, all by one producer; a transaction commits or is aborted. */
export async function inTransactions(
  broker: string,
  topic: string,
  transactions: readonly { readonly value: string; readonly commits: boolean }[],
): Promise<void> {
  const producer = new Producer({
    ...{ clientId: 'pulse-test', bootstrapBrokers: [broker] },
    ...{ idempotent: true, acks: -1, transactionalId: `test-${crypto.randomUUID()}` },
  })
  try {
    for (const { value, commits } of transactions) {
      const transaction = await producer.beginTransaction()
      await transaction.send({ messages: [{ topic, partition: 0, value: Buffer.from(value) }] })
      await (commits ? transaction.commit() : transaction.abort())
    }
  } finally {
    await producer.close(true)
  }
}
