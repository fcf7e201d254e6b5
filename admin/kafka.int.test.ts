import { afterAll, beforeAll, expect, test } from 'bun:test'
import { testAddresses } from '../infra/harness/addresses.ts'
import { writeTopic } from '../infra/harness/kafka-log.ts'
import { freshTopics, type TestTopics } from '../infra/harness/topics.ts'
import { until } from '../infra/harness/until.ts'
import { type Kafka, openKafka } from './kafka.ts'
import { unreadAges } from './unread-age.ts'

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

test('the first record from a time on is told, and none where there is none', async () => {
  const records = ['a', 'b'].map((key) => ({ key, value: key }))
  // Before they are written: afterwards they are as old as the writing took.
  const now = Date.now()
  await writeTopic(testAddresses().kafka, topics.raw, records)
  const at = kafka.firstOffsetAt(topics.raw)
  expect(await at(new Map([[0, now - 3_600_000]]))).toEqual(new Map([[0, 0]]))
  expect(await at(new Map([[0, now + 3_600_000]]))).toEqual(new Map([[0, undefined]]))
  expect(await unreadAges(now, new Map([[0, 1]]), at)).toEqual(new Map([[0, 500]]))
})

test('how long a topic keeps records is told', async () => {
  expect(await kafka.retentionMs(topics.raw)).toBe(7 * 24 * 3_600_000)
  await expect(kafka.retentionMs(`${topics.raw}.missing`)).rejects.toThrow()
})

test('a group that nobody is in has no members', async () => {
  expect((await kafka.group(topics.group, topics.raw)).members).toEqual([])
})
