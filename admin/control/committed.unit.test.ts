import { describe, expect, test } from 'bun:test'
import { type Aborted, committedRecords, type FetchedBatch, offsetBehind } from './committed.ts'

const data = (first: number, count = 1, producer = 1n, attributes = 0x10): FetchedBatch => ({
  firstOffset: BigInt(first),
  lastOffsetDelta: count - 1,
  attributes,
  producerId: producer,
  records: Array.from({ length: count }, (_, offsetDelta) => ({
    offsetDelta,
    key: Buffer.from('k'),
    value: Buffer.from('v'),
  })),
})
const plain = (first: number, count = 1) => data(first, count, -1n, 0)
const marker =
  (type: 0 | 1) =>
  (first: number, producer = 1n): FetchedBatch => ({
    ...data(first, 0, producer, 0x30),
    lastOffsetDelta: 0,
    records: [{ offsetDelta: 0, key: Buffer.from([0, 0, 0, type]), value: Buffer.alloc(6) }],
  })
const [abort, commit] = [marker(0), marker(1)]
const begun = (firstOffset: number, producerId = 1n): Aborted => ({
  firstOffset: BigInt(firstOffset),
  producerId,
})

const offsets = (batches: FetchedBatch[], aborted: Aborted[] = [], from = 0) =>
  committedRecords(batches, aborted, BigInt(from)).map(({ offset }) => offset)

describe('records are read', () => {
  test.each<[string, FetchedBatch[], Aborted[], number[]]>([
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

test('a batch that begins before the offset that was asked for is read from there on', () => {
  expect(offsets([plain(4, 4)], [], 6)).toEqual([6, 7])
})

test('reading goes on behind the last batch, whatever it holds', () => {
  expect(offsetBehind([plain(0, 3), commit(3)], 0n)).toBe(4n)
  expect(offsetBehind([{ ...plain(5, 1), lastOffsetDelta: 9 }], 0n)).toBe(15n)
  expect(offsetBehind([], 7n)).toBe(7n)
})
