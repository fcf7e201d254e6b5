import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { type DuePartition, daysOf, planStep, type StoredBatch } from './plan.ts'

const limits = { events: 100, bytes: 1_000_000 }

const aBatch = (first: bigint, last: bigint, given: Partial<StoredBatch> = {}): StoredBatch => ({
  first,
  last,
  events: Number(last - first + 1n),
  bytes: 100,
  relevant: true,
  storedAt: 0,
  received: [[0, 10]],
  isOld: false,
  ...given,
})

const aPartition = (given: Partial<DuePartition> = {}): DuePartition => ({
  topicId: 'topic',
  partition: 0,
  projectedTo: 0n,
  countedTo: 0n,
  batches: [],
  more: false,
  ...given,
})

const from = (partition: DuePartition, until: bigint) => ({
  topicId: partition.topicId,
  partition: partition.partition,
  from: partition.projectedTo,
  until,
})

describe('a step', () => {
  test('is nothing when nothing is due', () => {
    expect(planStep([], limits)).toEqual({ moves: [], spans: [], passed: [] })
  })

  test('passes over what stored nothing, to where it is counted, and reads nothing for it', () => {
    const partition = aPartition({ countedTo: 7n })
    expect(planStep([partition], limits)).toEqual({
      ...{ moves: [from(partition, 7n)], spans: [], passed: [] },
    })
  })

  test('passes over batches that hold none of its types', () => {
    const batches = [aBatch(0n, 4999n, { relevant: false })]
    const partition = aPartition({ countedTo: 5000n, batches })
    expect(planStep([partition], limits)).toEqual({
      ...{ moves: [from(partition, 5000n)], spans: [], passed: [] },
    })
  })

  test('ends with the last batch it knows when there are more', () => {
    const partition = aPartition({ countedTo: 90n, batches: [aBatch(0n, 9n)], more: true })
    expect(planStep([partition], limits).moves).toEqual([from(partition, 10n)])
  })

  test('takes what was stored first, of whichever partition', () => {
    const early = aBatch(0n, 59n, { storedAt: 1 })
    const late = aBatch(0n, 59n, { storedAt: 2 })
    const partitions = [late, early].map((batch, partition) =>
      aPartition({ partition, countedTo: 60n, batches: [batch] }),
    )
    expect(planStep(partitions, limits).moves.map(({ partition }) => partition)).toEqual([1])
  })

  test('takes part of a batch that is more than it may take', () => {
    const partition = aPartition({ countedTo: 1000n, batches: [aBatch(0n, 999n)] })
    expect(planStep([partition], limits).moves).toEqual([from(partition, 100n)])
    const later = { ...partition, projectedTo: 950n }
    expect(planStep([later], limits).moves).toEqual([from(later, 1000n)])
  })

  test('tells of a batch that it has passed with its last part, and once', () => {
    const batch = aBatch(0n, 149n)
    const partition = aPartition({ countedTo: 150n, batches: [batch] })
    expect(planStep([partition], limits).passed).toEqual([])
    expect(planStep([{ ...partition, projectedTo: 100n }], limits).passed).toEqual([batch])
  })

  test('takes a batch of few large events by its bytes', () => {
    const batches = [aBatch(0n, 9n, { bytes: 5_000_000 })]
    const partition = aPartition({ countedTo: 10n, batches })
    expect(planStep([partition], limits).moves).toEqual([from(partition, 2n)])
  })

  test('reads spans that overlap once', () => {
    const batches = [
      aBatch(0n, 1n, { received: [[5, 20]] }),
      aBatch(2n, 3n, { received: [[0, 10]] }),
      aBatch(4n, 5n, {
        received: [
          [30, 31],
          [90, 99],
        ],
      }),
    ]
    const partition = aPartition({ countedTo: 6n, batches })
    expect(planStep([partition], limits).spans).toEqual([
      [0, 20],
      [30, 31],
      [90, 99],
    ])
  })
})

test('a batch lies in each day in which any of it was received', () => {
  const us = (instant: string) => Date.parse(instant) * 1000
  const batch = aBatch(0n, 9n, {
    received: [
      [us('2026-01-02T23:59:59Z'), us('2026-01-03T00:00:00Z')],
      [us('2026-01-03T08:00:00Z'), us('2026-01-03T08:00:59Z')],
    ],
  })
  expect(daysOf(batch)).toEqual(['20260102', '20260103'])
})

/** Batches of a partition: gaps before them, sizes, and what they hold. */
const someBatches = fc
  .array(
    fc.record({
      gap: fc.nat(3),
      offsets: fc.integer({ min: 1, max: 400 }),
      bytes: fc.integer({ min: 1, max: 3_000_000 }),
      relevant: fc.boolean(),
      storedAt: fc.nat(50),
      received: fc.nat(1000),
    }),
    { maxLength: 8 },
  )
  .map((all) => {
    let next = 0n
    return all.map(({ gap, offsets, received, ...given }) => {
      const first = next + BigInt(gap)
      next = first + BigInt(offsets)
      return aBatch(first, next - 1n, { ...given, received: [[received, received + 5]] })
    })
  })

test('step after step, every offset is passed once, in order, and what is relevant lies in a span', () => {
  const known = 3
  fc.assert(
    fc.property(fc.array(someBatches, { minLength: 1, maxLength: 4 }), (partitions) => {
      const ends = partitions.map((batches) => (batches.at(-1)?.last ?? 4n) + 3n)
      const at = partitions.map(() => 0n)
      for (let steps = 0; at.some((offset, i) => offset < (ends[i] ?? 0n)); steps++) {
        if (steps > 10_000) throw new Error('it does not come to an end')
        const due = partitions.map((batches, partition) => {
          const left = batches.filter(({ last }) => last >= (at[partition] ?? 0n))
          return aPartition({
            ...{ partition, projectedTo: at[partition] ?? 0n, countedTo: ends[partition] ?? 0n },
            ...{ batches: left.slice(0, known), more: left.length > known },
          })
        })
        const { moves, spans } = planStep(
          due.filter(({ projectedTo, countedTo }) => countedTo > projectedTo),
          limits,
        )
        expect(moves.length).toBeGreaterThan(0)
        for (const { partition, from, until } of moves) {
          expect(from).toBe(at[partition] ?? -1n)
          expect(until).toBeGreaterThan(from)
          const passed = partitions[partition]?.filter(
            ({ relevant, first, last }) => relevant && first < until && last >= from,
          )
          for (const { received } of passed ?? [])
            for (const [a, b] of received)
              expect(spans.some(([from, to]) => from <= a && b <= to)).toBe(true)
          at[partition] = until
        }
      }
      expect(at).toEqual(ends)
    }),
  )
})
