import { expect, test } from 'bun:test'
import { unreadAges } from './unread-age.ts'

const now = 1_800_000_000_000

/** A log that tells, as Kafka does, the first offset at or after a time; records by offset with their ages. */
function aLog(ages: readonly number[]) {
  let questions = 0
  const firstOffsetAt = async (at: ReadonlyMap<number, number>) => {
    questions++
    return new Map(
      [...at].map(([p, ms]) => {
        const found = ages.findIndex((age) => now - age >= ms)
        return [p, found < 0 ? undefined : found] as const
      }),
    )
  }
  return { firstOffsetAt, questions: () => questions }
}

test.each([500, 5_000, 61_000, 3_600_000, 86_400_000, 7 * 86_400_000])(
  'the age of a record of %i ms is found to a tenth, in a few questions',
  async (age) => {
    const log = aLog([age * 3, age, age / 2, 1])
    const found = (await unreadAges(now, new Map([[0, 1]]), log.firstOffsetAt)).get(0) ?? 0
    if (age < 1000) expect(found).toBeLessThan(1000)
    else expect(Math.abs(found - age) / age).toBeLessThan(0.1)
    expect(log.questions()).toBeLessThan(25)
  },
)

test('all partitions are asked about at once', async () => {
  const log = aLog([3_600_000, 60_000, 10_000])
  const found = await unreadAges(now, new Map([0, 1, 2].map((p) => [p, p])), log.firstOffsetAt)
  expect([...found.keys()]).toEqual([0, 1, 2])
  expect(log.questions()).toBeLessThan(25)
})

test('nothing unread is no question', async () => {
  const log = aLog([])
  expect(await unreadAges(now, new Map(), log.firstOffsetAt)).toEqual(new Map())
  expect(log.questions()).toBe(0)
})

test('a record that the log does not have any more has no age', async () => {
  const log = aLog([])
  expect(await unreadAges(now, new Map([[0, 5]]), log.firstOffsetAt)).toEqual(new Map())
})
