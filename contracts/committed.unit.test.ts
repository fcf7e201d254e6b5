import { describe, expect, test } from 'bun:test'
import { type Aborted, committedBatches, type LogBatch, offsetBehind } from './committed.ts'

const data = (first: number, count = 1, producer = 1n, attributes = 0x10): LogBatch => ({
  firstOffset: BigInt(first),
  lastOffsetDelta: count - 1,
  attributes,
  producerId: producer,
  records: Array.from({ length: count }, () => ({ key: Buffer.from('k') })),
})
const plain = (first: number, count = 1) => data(first, count, -1n, 0)
const marker =
  (type: 0 | 1) =>
  (first: number, producer = 1n): LogBatch => ({
    ...data(first, 0, producer, 0x30),
    lastOffsetDelta: 0,
    records: [{ key: Buffer.from([0, 0, 0, type]) }],
  })
const [abort, commit] = [marker(0), marker(1)]
const begun = (firstOffset: number, producerId = 1n): Aborted => ({
  firstOffset: BigInt(firstOffset),
  producerId,
})

const offsets = (batches: LogBatch[], aborted: Aborted[] = []) =>
  committedBatches(batches, aborted).flatMap(({ firstOffset, records }) =>
    records.map((_, delta) => Number(firstOffset) + delta),
  )

describe('records are committed', () => {
  test.each<[string, LogBatch[], Aborted[], number[]]>([
    ['of no transaction', [plain(0, 2), plain(2)], [], [0, 1, 2]],
    ['of a committed one', [data(0, 2), commit(2)], [], [0, 1]],
    ['of an aborted one: none', [data(0, 2), abort(2)], [begun(0)], []],
    [
      'of one aborted before and one committed after it, by one producer',
      [data(0), abort(1), data(2), commit(3)],
      [begun(0)],
      [2],
    ],
    [
      'of several aborted by one producer: none',
      [data(0), abort(1), data(2), abort(3), data(4), commit(5)],
      [begun(2), begun(0)],
      [4],
    ],
    [
      'between an aborted one and one that was aborted empty, by one producer',
      [data(0), abort(1), data(2), commit(3), abort(4), data(5), commit(6)],
      [begun(0)],
      [2, 5],
    ],
    ['of an aborted one whose end is not here yet: none', [data(0), data(1)], [begun(0)], []],
    [
      'of other producers beside an aborted one',
      [data(0), data(1, 1, 2n), abort(2)],
      [begun(0)],
      [1],
    ],
    ['of no transaction beside an aborted one', [data(0), plain(1), abort(2)], [begun(0)], [1]],
    ['of an aborted one in two batches: none', [data(0), data(1), abort(2)], [begun(0)], []],
    ['across gaps that compaction left', [data(3), commit(9), plain(20)], [], [3, 20]],
    ['of nothing: none', [], [], []],
  ])('%s', (_, batches, aborted, expected) => {
    expect(offsets(batches, aborted)).toEqual(expected)
  })
})

test('reading goes on behind the last batch, whatever it holds', () => {
  expect(offsetBehind([plain(0, 3), commit(3)], 0n)).toBe(4n)
  expect(offsetBehind([{ ...plain(5, 1), lastOffsetDelta: 9 }], 0n)).toBe(15n)
  expect(offsetBehind([], 7n)).toBe(7n)
})
