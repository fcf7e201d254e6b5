import { expect, test } from 'bun:test'
import { testAddresses } from './harness/addresses.ts'
import { freshTopics } from './harness/topics.ts'
import { createTopics } from './topics.ts'

test('topics are created once, also when two ask at the same moment', async () => {
  const { kafka } = testAddresses()
  const name = `topics.${crypto.randomUUID().slice(0, 8)}`
  const topic = { name, partitions: 2, settings: { 'retention.ms': '60000' } }
  const created = await Promise.all([createTopics(kafka, [topic]), createTopics(kafka, [topic])])
  expect(created.flat()).toEqual([name])
  expect(await createTopics(kafka, [topic])).toEqual([])
})

test('each test file gets topics of its own', async () => {
  const [a, b] = await Promise.all([freshTopics(), freshTopics()])
  expect(new Set([a.raw, a.dlq, b.raw, b.dlq]).size).toBe(4)
  await Promise.all([a.remove(), b.remove()])
})
