/**
 * kafka-crab-js (librdkafka by N-API) on the processor's way: what `processor/reading.bench.ts` does, by another client,
 * with the same session timeout and batches. Run by Bun.
 *
 *   bun crab.ts '{"module":"FOLDER","kafka":"HOST:PORT","topic":"TOPIC","group":"GROUP"}'
 */
import { join } from 'node:path'

type Message = { readonly partition: number; readonly offset: number }
/** What is used of it. */
type Consumer = {
  subscribe(topic: string): Promise<void>
  recvBatch(size: number, timeoutMs: number): Promise<readonly Message[]>
  commit(topic: string, partition: number, offset: number, how: 'Sync'): Promise<void>
}
type Client = { createConsumer(options: object): Consumer }

const { module, kafka, topic, group } = JSON.parse(process.argv[2] ?? '') as Record<string, string>
const { KafkaClient } = (await import(join(module ?? '', 'dist', 'index.js'))) as {
  KafkaClient: new (options: object) => Client
}
const client = new KafkaClient({ brokers: kafka, clientId: 'pulse-bench', diagnostics: false })
const consumer = client.createConsumer({
  groupId: group,
  enableAutoCommit: false,
  configuration: {
    'auto.offset.reset': 'earliest',
    'enable.auto.offset.store': false,
    'session.timeout.ms': 6000,
    'heartbeat.interval.ms': 1000,
    'isolation.level': 'read_committed',
    'queued.max.messages.kbytes': 64 * 1024,
  },
})
await consumer.subscribe(topic ?? '')
for (;;) {
  // It throws while no broker can be reached, and goes on by itself when one can.
  const messages = await consumer.recvBatch(5000, 40).catch((error) => {
    console.error(`not received: ${error}`)
    return []
  })
  const read = new Map<number, { next: number; records: number }>()
  for (const { partition, offset } of messages)
    read.set(partition, { next: offset + 1, records: (read.get(partition)?.records ?? 0) + 1 })
  for (const [partition, { next, records }] of read) {
    await consumer
      .commit(topic ?? '', partition, next, 'Sync')
      .catch((error) => console.error(`offset not committed: ${error}`))
    process.stdout.write(`${partition} ${next} ${records}\n`)
  }
}
