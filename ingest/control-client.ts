/**
 * One librdkafka consumer for `pulse.control`, in promises. Reads only what is committed, and commits no offsets.
 * Never waits in libuv's pool for a record, because the producer needs that too: it takes what has been fetched. A
 * client that could not connect is thrown away: connecting it again would make every later event come twice.
 */
import { createRequire } from 'node:module'
import type * as Confluent from '@confluentinc/kafka-javascript'
import type { ControlRecord } from '../contracts/control-state.ts'
import { type KafkaConnection, librdkafkaConnection } from '../contracts/kafka-connection.ts'

// CommonJS whose names Node cannot see from an ES module.
const { AdminClient, KafkaConsumer } = createRequire(import.meta.url)(
  '@confluentinc/kafka-javascript',
) as typeof Confluent

export type ControlClient = {
  /** The id of the topic, which another topic of the same name does not have; undefined when there is none. */
  topicId(): Promise<string | undefined>
  /** Begins at the first record, wherever it was. */
  rewind(): void
  /** What has come since the last call, and whether the end of the log was reached. */
  take(): Promise<{ readonly records: readonly ControlRecord[]; readonly atEnd: boolean }>
  close(): Promise<void>
}

const timeoutMs = 1000
const mostAtOnce = 10_000

/** RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART */
const unknownTopic = 3
/** RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED: of no matter, as the group is not used. */
const groupForbidden = 30

/** Rejects when no broker answers within a second. */
export async function openControlClient(
  options: KafkaConnection & { readonly controlTopic: string },
): Promise<ControlClient> {
  const topic = options.controlTopic
  const consumer = new KafkaConsumer(
    {
      ...librdkafkaConnection(options),
      'client.id': 'pulse-ingest-control',
      // The client wants the name of a group; partitions are assigned by hand, and nobody joins it.
      'group.id': 'pulse-control',
      'enable.auto.commit': false,
      'enable.partition.eof': true,
      'isolation.level': 'read_committed',
      'fetch.wait.max.ms': 200,
      'reconnect.backoff.max.ms': 1000,
      'queued.max.messages.kbytes': 4096,
    },
    // An offset that is not there is an error: going on at the end would leave records out.
    { 'auto.offset.reset': 'error' },
  )
  consumer.setDefaultConsumeTimeout(0)
  let atEnd = false
  consumer.on('partition.eof', () => {
    atEnd = true
  })
  await connect(consumer)
  const admin = AdminClient.createFrom(consumer)

  return {
    topicId: () =>
      new Promise((resolve, reject) => {
        admin.describeTopics([topic], { timeout: timeoutMs }, (err, [description] = []) => {
          const failed = err ?? description?.error
          if (failed && failed.code !== unknownTopic) reject(failed)
          else resolve(failed ? undefined : idOf(description))
        })
      }),

    rewind() {
      atEnd = false
      consumer.assign([{ topic, partition: 0, offset: 'beginning' } as unknown as Assignment])
    },

    take: () =>
      new Promise((resolve, reject) => {
        consumer.consume(mostAtOnce, (err, messages) => {
          if (err && err.code !== groupForbidden) reject(err)
          else resolve({ records: err ? [] : messages.map(recordOf), atEnd })
        })
      }),

    close: () => new Promise((resolve) => consumer.disconnect(() => resolve())),
  }
}

const idOf = (description: Confluent.TopicDescription | undefined): string | undefined =>
  description &&
  `${description.topicId.mostSignificantBits} ${description.topicId.leastSignificantBits}`

/** The package's types leave out that an offset may be a word. */
type Assignment = Parameters<Confluent.KafkaConsumer['assign']>[0][number]

function connect(consumer: Confluent.KafkaConsumer): Promise<void> {
  // Before the first connection this alone tells why there is none: a refused password, an unknown authority.
  let lastWord = ''
  consumer.on('event.log', ({ message }: { message?: string }) => {
    lastWord = message ?? ''
  })
  return new Promise((resolve, reject) => {
    consumer.connect({ timeout: timeoutMs, allTopics: false }, (err) => {
      if (err) reject(new Error(`not connected to Kafka${lastWord && `: ${lastWord}`}`))
      else resolve()
    })
  })
}

const recordOf = ({ offset, key, value }: Confluent.Message): ControlRecord => ({
  offset,
  key: key as Buffer | null,
  value,
})
