import { describe, expect, test } from 'bun:test'
import { awaitDrain, type Conservation, leftOf } from './drain.ts'

const measured = (
  logEnds: (number | null)[],
  countedTo: (number | null)[],
  given: Partial<Conservation> = {},
): Conservation => ({
  closes: true,
  topicId: 't1',
  findings: [],
  partitions: logEnds.map((logEnd, partition) => ({
    partition,
    logEnd,
    countedTo: countedTo[partition] ?? null,
  })),
  ...given,
})

/** Plays the answers in turn, the last one for ever; a pause takes a second. */
function drain(...answers: (Conservation | Error)[]) {
  let nowMs = 0
  const progress: number[] = []
  const result = awaitDrain(
    {
      measure: async () => {
        const answer = answers.length > 1 ? answers.shift() : answers[0]
        if (answer instanceof Error) throw answer
        return answer as Conservation
      },
      pause: async () => {
        nowMs += 1000
      },
      now: () => nowMs,
      onProgress: (left) => progress.push(left),
    },
    { stuckMs: 10_000 },
  )
  return { result, progress }
}

describe('the drain is over', () => {
  test('when all that was in the log at first is counted, whatever came later', async () => {
    const { result, progress } = drain(
      measured([10, 5], [4, 5]),
      measured([20, 5], [8, 5]),
      measured([99, 7], [11, 5]),
    )
    expect(await result).toEqual({ is: 'drained', closes: true, findings: [] })
    expect(progress).toEqual([6, 2])
  })

  test('after outages in between', async () => {
    const { result } = drain(
      new Error('refused'),
      measured([10], [null], { closes: null }),
      measured([10], [10]),
    )
    expect(await result).toMatchObject({ is: 'drained' })
  })

  test('also when the counts do not add up, which it says', async () => {
    const { result } = drain(measured([10], [10], { closes: false, findings: ['Partition 0 …'] }))
    expect(await result).toEqual({ is: 'drained', closes: false, findings: ['Partition 0 …'] })
  })
})

describe('the drain is stuck', () => {
  test('when nothing moves', async () => {
    expect(await drain(measured([10], [4])).result).toEqual({
      is: 'stuck',
      why: '6 records are still in flight and nothing moves',
    })
  })

  test('when the admin does not answer', async () => {
    expect(await drain(new Error('no')).result).toEqual({
      is: 'stuck',
      why: 'the admin does not answer: no',
    })
  })

  test('when the topic is another one', async () => {
    const { result } = drain(measured([10], [4]), measured([10], [10], { topicId: 't2' }))
    expect(await result).toMatchObject({ is: 'stuck', why: expect.stringContaining('replaced') })
  })
})

test('what is left is unknown when a partition is', () => {
  expect(leftOf(measured([10, 10], [10, 4]), measured([10, 10], [10, null]))).toBeUndefined()
  expect(leftOf(undefined, measured([10], [10]))).toBeUndefined()
})
