import { afterAll, beforeAll, expect, test } from 'bun:test'
import { deadLetterTopic } from '../contracts/topics.ts'
import { testAddresses } from '../infra/harness/addresses.ts'
import { freshDatabase, type TestDatabase } from '../infra/harness/database.ts'
import { readTopic } from '../infra/harness/kafka-log.ts'
import { openSql, type Sql } from '../infra/sql.ts'
import { createTopics, deleteTopics } from '../infra/topics.ts'
import { openPublisher, type Publisher } from './publish.ts'
import { makeSessions, type Sessions } from './sessions.ts'

const { kafka } = testAddresses()
const id = { topic: 'events.raw', topicId: crypto.randomUUID(), partition: 0 }
const topic = `events.dlq.${crypto.randomUUID().slice(0, 8)}`
let database: TestDatabase
let sql: Sql
let sessions: Sessions
let publisher: Publisher

beforeAll(async () => {
  // One partition: every letter of a send goes into the same record batch.
  await createTopics(kafka, [{ ...deadLetterTopic, name: topic, partitions: 1 }])
  database = await freshDatabase()
  sql = openSql(database.url)
  sessions = makeSessions({ databaseUrl: database.url }, 1, () => {})
  publisher = openPublisher({ brokers: [kafka], deadLetterTopic: topic }, sessions, () => {})
})
afterAll(async () => {
  await publisher.close()
  sessions.close()
  await sql.end()
  await Promise.all([deleteTopics(kafka, [topic]), database.drop()])
})

let offset = 0
const store = (original: Buffer) => sql`
  insert into dead_letters (tenant_id, idempotency_key, fingerprint, code, class, stage, sentence,
                            original, received_at, topic_id, partition, "offset")
  values ('tenant_a', ${crypto.randomUUID()}, 'f', 'VALIDATION_FAILED', 'invalid', 'validate', 'because',
          ${original}, now(), ${id.topicId}, 0, ${offset++})`

test('letters of any size are published, each once, and in order', async () => {
  const large = Buffer.from(JSON.stringify({ text: 'x'.repeat(250_000) }))
  for (let i = 0; i < 50; i++) await store(large)
  await store(Buffer.alloc(2_000_000, 1)) // as a JSON string six times as long, as base64 a third longer
  await store(Buffer.alloc(20_000_000, 1)) // too large in any form
  await store(Buffer.from('{"small":true}'))

  expect(await publisher.publish(id)).toBe(53)
  expect(await publisher.publish(id)).toBe(0)

  const published = await readTopic(kafka, topic)
  const ids = await sql<{ id: string }[]>`select id from dead_letters order by id`
  expect(published.map(({ headers }) => headers['pulse-dead-letter-id'])).toEqual(
    ids.map((row) => row.id),
  )
  const originals = published.slice(-3).map(({ value }) => JSON.parse(value.toString()).original)
  expect(originals).toEqual([
    { base64: Buffer.alloc(2_000_000, 1).toString('base64') },
    { too_large: { bytes: 20_000_000, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } },
    { small: true },
  ])
}, 60_000)
