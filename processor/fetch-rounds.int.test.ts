/** One partition that cannot be fetched, beside one that can. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { testAddresses } from '../infra/harness/addresses.ts'
import { writeTopic } from '../infra/harness/kafka-log.ts'
import { freshTopics, type TestTopics } from '../infra/harness/topics.ts'
import { FetchRounds } from './fetch-rounds.ts'
import { type Membership, openMembership } from './membership.ts'
import { PositionLost, Seat } from './seat.ts'

const { kafka } = testAddresses()
let topics: TestTopics
let membership: Membership
beforeAll(async () => {
  topics = await freshTopics()
  for (const partition of [0, 1])
    await writeTopic(kafka, topics.raw, [{ key: 'k', value: `of ${partition}` }], partition)
  membership = await openMembership({ brokers: [kafka], topic: topics.raw, group: topics.group })
})
afterAll(async () => {
  await membership?.close()
  await topics.remove()
})

const most = { records: 10, bytes: 1_000_000 }

test('a partition whose offset is gone is begun anew, and holds up no other', async () => {
  const seats = new Map<number, Seat>()
  const told: { partition: number; troubled: boolean }[] = []
  const observer = {
    fetched() {},
    unfetched: (partition: number, error: unknown) =>
      void told.push({ partition, troubled: error !== undefined }),
  }
  const rounds = new FetchRounds(membership, seats, observer, 0)
  const [gone, sound] = [0, 1].map((partition) => {
    const id = { topic: topics.raw, topicId: membership.topicId, partition }
    const seat = new Seat(id, membership, rounds.wake)
    seats.set(partition, seat)
    return seat
  }) as [Seat, Seat]
  const stop = new AbortController()
  gone.readFrom(99n)
  sound.readFrom(0n)
  const lost = gone.read(most)
  lost.catch(() => undefined) // awaited below
  const running = rounds.run(stop.signal)

  expect((await sound.read(most)).map(({ value }) => String(value))).toEqual(['of 1'])
  await expect(lost).rejects.toBeInstanceOf(PositionLost)
  expect(told).toEqual([{ partition: 0, troubled: true }])
  gone.readFrom(0n)
  expect((await gone.read(most)).map(({ value }) => String(value))).toEqual(['of 0'])
  expect(told.at(-1)).toEqual({ partition: 0, troubled: false })

  await writeTopic(kafka, topics.raw, [{ key: 'k', value: 'later' }], 1)
  expect((await sound.read(most)).map(({ value }) => String(value))).toEqual(['later'])
  stop.abort()
  rounds.stop()
  await running
})

test('the only partition of a processor waits by itself too', async () => {
  const id = { topic: topics.raw, topicId: membership.topicId, partition: 0 }
  const seats = new Map<number, Seat>()
  const rounds = new FetchRounds(membership, seats, { fetched() {}, unfetched() {} }, 0)
  const seat = new Seat(id, membership, rounds.wake)
  seats.set(0, seat)
  seat.readFrom(99n)
  const lost = seat.read(most)
  lost.catch(() => undefined) // awaited below
  const stop = new AbortController()
  const running = rounds.run(stop.signal)
  await expect(lost).rejects.toBeInstanceOf(PositionLost)
  seat.readFrom(0n)
  expect(await seat.read(most)).toHaveLength(1)
  stop.abort()
  rounds.stop()
  await running
})

test('a topic that is gone ends the rounds', async () => {
  const gone = await freshTopics()
  const member = await openMembership({ brokers: [kafka], topic: gone.raw, group: gone.group })
  const seats = new Map<number, Seat>()
  const rounds = new FetchRounds(member, seats, { fetched() {}, unfetched() {} }, 0)
  const id = { topic: gone.raw, topicId: member.topicId, partition: 0 }
  const seat = new Seat(id, member, rounds.wake)
  seats.set(0, seat)
  seat.readFrom(0n)
  await gone.remove()
  await expect(rounds.run(new AbortController().signal)).rejects.toThrow()
  await member.close()
})
