import { expect, test } from 'bun:test'
import { testAddresses } from '../infra/harness/addresses.ts'
import { freshTopics } from '../infra/harness/topics.ts'
import { readTopicRetention } from './topic-retention.ts'

const { kafka } = testAddresses()
const day = 24 * 60 * 60 * 1000

test('Kafka tells how long a record may stay; of a topic that is not there nobody knows', async () => {
  const topics = await freshTopics()
  const warned: object[] = []
  const log = {
    debug() {},
    info() {},
    warn: (fields: object) => void warned.push(fields),
    error() {},
  }
  const names = [topics.raw, topics.dlq, 'nobody.made.this']
  expect(await readTopicRetention({ brokers: [kafka] }, names, log)).toEqual([
    { topic: topics.raw, ms: 14 * day },
    { topic: topics.dlq, ms: 37 * day },
  ])
  expect(warned).toMatchObject([{ topic: 'nobody.made.this' }])
  await topics.remove()
})

test('a Kafka that is not there is no answer', async () => {
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  await expect(
    readTopicRetention({ brokers: ['127.0.0.1:1'] }, ['events.raw'], log),
  ).rejects.toThrow()
})
