/**
 * Publishes dead letters to their topic, from the table that is the truth: at least once, in order per partition,
 * each with its id in a header. The only user of the Kafka client's producer.
 */
import { compatibilityPartitioner, Producer } from '@platformatic/kafka'
import { type KafkaConnection, platformaticConnection } from '../contracts/kafka-connection.ts'
import { deadLetterHeaders } from '../contracts/topics.ts'
import { type DeadLetter, deadLetterValue, groupsOf } from './dead-letter.ts'
import type { PartitionId } from './position.ts'
import type { Sql } from './session.ts'
import type { Sessions } from './sessions.ts'

export type Publisher = {
  /** Publishes what is unpublished of a partition's dead letters; resolves with how many those were. */
  publish(id: PartitionId): Promise<number>
  close(): Promise<void>
}

/** Letters of one round, by count and by the bytes of their originals; a larger one makes a round of its own. */
const roundLetters = 200
const roundBytes = 1024 * 1024
/** One send is one record batch for a partition, and `max.message.bytes` of the topic bounds the batch. */
const sendBytes = 4 * 1024 * 1024

/** `onPublished` is told of every letter that is on the topic and marked as published. */
export function openPublisher(
  options: KafkaConnection & { readonly deadLetterTopic: string },
  sessions: Sessions,
  onPublished: (letters: readonly DeadLetter[]) => void,
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

  const send = async (letters: readonly DeadLetter[]) => {
    const messages = letters.map((letter) => ({
      topic: options.deadLetterTopic,
      // Without a Buffer for a key the client sends everything to partition 0.
      key: Buffer.from(`${letter.tenantId}:${letter.idempotencyKey}`),
      value: deadLetterValue(letter),
      headers: new Map([[Buffer.from(deadLetterHeaders.id), Buffer.from(letter.id)]]),
    }))
    for (const group of groupsOf(messages, ({ value }) => value.length, sendBytes))
      await producer.send({ messages: group })
  }

  return {
    async publish(id) {
      let published = 0
      for (;;) {
        const letters = await sessions.run('dead_letters', (sql) => unpublished(sql, id))
        if (letters.length === 0) return published
        await send(letters)
        await sessions.run('dead_letters', (sql) => markPublished(sql, letters))
        onPublished(letters)
        published += letters.length
      }
    },
    close: () => producer.close(true),
  }
}

const unpublished = (sql: Sql, { topicId, partition }: PartitionId) => sql<DeadLetter[]>`
  select id::text as "id", tenant_id as "tenantId", idempotency_key as "idempotencyKey", event_id as "eventId",
         event_type as "eventType", request_id as "requestId", code, sentence, attempts, failed_at as "failedAt",
         partition, "offset"::text as "offset", original
    from (select *, sum(octet_length(original)) over (order by id) as bytes_so_far,
                 row_number() over (order by id) as place
            from dead_letters
           where topic_id = ${topicId} and partition = ${partition} and published_at is null
           order by id
           limit ${roundLetters}) oldest
   where bytes_so_far <= ${roundBytes} or place = 1
   order by oldest.id`

/** A later attempt of a letter is another message, which is not sent yet. */
const markPublished = (sql: Sql, letters: readonly DeadLetter[]) => sql`
  update dead_letters l set published_at = now()
    from (values ${sql(letters.map(({ id, attempts }) => [id, attempts]))}) sent (id, attempts)
   where l.id = sent.id::bigint and l.attempts = sent.attempts::integer`
