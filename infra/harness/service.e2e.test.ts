import { afterAll, expect, test } from 'bun:test'
import { withSql } from '../sql.ts'
import { testAddresses } from './addresses.ts'
import { freshDatabase } from './database.ts'
import { spawnService } from './service.ts'
import { freshTopics } from './topics.ts'
import { until } from './until.ts'

const { kafka, redis } = testAddresses()
const [topics, database] = await Promise.all([freshTopics(), freshDatabase()])
afterAll(() => Promise.all([topics.remove(), database.drop()]))

const ingest = await spawnService('ingest', {
  KAFKA_BROKERS: kafka,
  REDIS_URL: redis,
  KAFKA_RAW_TOPIC: topics.raw,
  KAFKA_CONTROL_TOPIC: topics.control,
  API_KEYS: 'tenant_a:key_a',
})
const processor = await spawnService('processor', {
  KAFKA_BROKERS: kafka,
  DATABASE_URL: database.url,
  REDIS_URL: redis,
  KAFKA_RAW_TOPIC: topics.raw,
  KAFKA_DLQ_TOPIC: topics.dlq,
  KAFKA_GROUP: topics.group,
})

test('an event that was accepted over HTTP is in Postgres', async () => {
  await until('ingest is ready', async () => (await fetch(`${ingest.url}/ready`)).ok)
  const key = crypto.randomUUID()
  const response = await fetch(`${ingest.url}/events`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'X-API-Key': 'key_a',
      'Idempotency-Key': key,
    },
    body: JSON.stringify({
      event_id: 'evt_1',
      event_type: 'user_login',
      schema_version: 1,
      occurred_at: '2026-01-02T20:00:00Z',
      payload: { user_id: 'u1' },
    }),
  })
  expect(response.status).toBe(202)
  const outcome = await withSql(database.url, (sql) =>
    until('the key is in the ledger', async () => {
      const rows = await sql<{ outcome: string }[]>`
        select outcome from event_keys where tenant_id = 'tenant_a' and idempotency_key = ${key}`
      return rows[0]?.outcome
    }),
  )
  expect(outcome).toBe('stored')
})

test('both services end by themselves when asked to', async () => {
  await Promise.all([ingest.stop(), processor.stop()])
  expect(await ingest.ended).toEqual({ code: 0, signal: null })
  expect(await processor.ended).toEqual({ code: 0, signal: null })
})

test('a service that cannot start fails with the tail of its log', async () => {
  const wrong = spawnService('ingest', { KAFKA_BROKERS: 'nonsense' })
  await expect(wrong).rejects.toThrow(/KAFKA_BROKERS must be/)
})
