/** What a seat in the group reads of a topic that strangers write to. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { testAddresses } from '../infra/harness/addresses.ts'
import { inTransactions } from '../infra/harness/kafka-log.ts'
import { freshTopics, type TestTopics } from '../infra/harness/topics.ts'
import { type Membership, openMembership } from './membership.ts'

const { kafka } = testAddresses()
let topics: TestTopics
let membership: Membership
beforeAll(async () => {
  topics = await freshTopics()
  membership = await openMembership({ brokers: [kafka], topic: topics.raw, group: topics.group })
})
afterAll(async () => {
  await membership?.close()
  await topics.remove()
})

test('what one producer commits between two transactions that it aborts is read, and nothing else of it', async () => {
  await inTransactions(kafka, topics.raw, [
    { value: 'given up', commits: false },
    { value: 'first', commits: true },
    { value: 'given up too', commits: false },
    { value: 'second', commits: true },
  ])
  expect(await readAll()).toEqual(['first', 'second'])
})

/** Values of the first partition, up to the end of its log. */
async function readAll(): Promise<string[]> {
  const [broker = -1] = (await membership.leaders([0])).keys()
  const end = await membership.end(0)
  const values: string[] = []
  for (let offset = 0n; offset < end; ) {
    const [fetched] = await membership.fetch(broker, [{ partition: 0, offset }])
    if (fetched === undefined) continue
    values.push(...fetched.records.map(({ value }) => String(value)))
    offset = fetched.next
  }
  return values
}
