/**
 * Publishes dead letters to their topic, from the table that is the truth: at least once, in order per partition,
 * each with its id in a header. The only user of the Kafka client's producer.
 */
import { compatibilityPartitioner, Producer } from '@platformatic/kafka'
import { type KafkaConnection, platformaticConnection } from '../contracts/kafka-connection.ts'
import { deadLetterHeaders } from '../contracts/topics.ts'
import { type DeadLetter, deadLetterValue } from './dead-letter.ts'
import type { PartitionId } from './position.ts'
import type { Sql } from './session.ts'
import type { Sessions } from './sessions.ts'

export type Publisher = {
  /** Publishes what is unpublished of a partition's dead letters; resolves with how many those were. */
  publish(id: PartitionId): Promise<number>
  close(): Promise<void>
}

/** Bounds the memory of one round: originals are at most 1 MiB. */
const roundSize = 50

export function openPublisher(
  options: KafkaConnection & { readonly deadLetterTopic: string },
  sessions: Sessions,
): Publisher {
  const producer = new Producer({
    clientId: 'pulse-processor',
    ...platformaticConnection(options),
    idempotent: true,
    acks: -1,
    partitioner: compatibilityPartitioner,
    retries: 3,
    retryDelay: 200,
  })
  producer.on('error', () => undefined) // every call reports its own failure

  const send = (letters: readonly DeadLetter[]) =>
    producer.send({
      messages: letters.map((letter) => ({
        topic: options.deadLetterTopic,
        // Without a Buffer for a key the client sends everything to partition 0.
        key: Buffer.from(`${letter.tenantId}:${letter.idempotencyKey}`),
        value: deadLetterValue(letter),
        headers: new Map([[Buffer.from(deadLetterHeaders.id), Buffer.from(letter.id)]]),
      })),
    })

  return {
    async publish(id) {
      let published = 0
      for (;;) {
        const letters = await sessions.use(({ sql }) => unpublished(sql, id))
        if (letters.length === 0) return published
        await send(letters)
        await sessions.use(({ sql }) => markPublished(sql, letters))
        published += letters.length
      }
    },
    close: () => producer.close(true),
  }
}

const unpublished = (sql: Sql, { topicId, partition }: PartitionId) => sql<DeadLetter[]>`
  select id::text as "id", tenant_id as "tenantId", idempotency_key as "idempotencyKey",
         code, sentence, failed_at as "failedAt", original
    from dead_letters
   where topic_id = ${topicId} and partition = ${partition} and published_at is null
   order by id
   limit ${roundSize}`

const markPublished = (sql: Sql, letters: readonly DeadLetter[]) => sql`
  update dead_letters set published_at = now()
   where id in ${sql(letters.map(({ id }) => id))}`
