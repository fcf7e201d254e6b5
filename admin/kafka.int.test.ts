import { afterAll, beforeAll, expect, test } from 'bun:test'
import { testAddresses } from '../infra/harness/addresses.ts'
import { freshTopics, type TestTopics } from '../infra/harness/topics.ts'
import { until } from '../infra/harness/until.ts'
import { type Kafka, openKafka } from './kafka.ts'

let topics: TestTopics
let kafka: Kafka

beforeAll(async () => {
  topics = await freshTopics()
  kafka = openKafka({ brokers: [testAddresses().kafka], probeMs: 5000 })
})

afterAll(async () => {
  await kafka?.close()
  await topics?.remove()
})

test('a broker that is up answers', async () => {
  await kafka.ping()
})

test('a topic log has an id and the ends of every partition', async () => {
  const log = await until('every partition has a leader', () => kafka.topicLog(topics.raw))
  expect(log.topicId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  expect(log.partitions).toEqual(
    [0, 1, 2, 3, 4, 5].map((partition) => ({ partition, start: 0, end: 0 })),
  )
})

test('a group that was never there has committed nothing', async () => {
  const committed = await until('there is a coordinator', () =>
    kafka.committed(topics.group, topics.raw),
  )
  expect(committed).toEqual(new Map())
})

test('a topic that does not exist is said, not counted as empty', async () => {
  await expect(kafka.topicLog(`${topics.raw}.missing`)).rejects.toThrow('does not exist')
})
