import { describe, expect, test } from 'bun:test'
import { type FetchedBatch, readFetched } from './fetched.ts'

type FetchedRecord = FetchedBatch['records'][number]

const aFetchedRecord = (given: Partial<FetchedRecord> = {}): FetchedRecord => ({
  offsetDelta: 0,
  timestampDelta: 0n,
  key: null,
  value: Buffer.from('{}'),
  headers: [],
  ...given,
})
const aBatch = (given: Partial<FetchedBatch> = {}): FetchedBatch => ({
  firstOffset: 100n,
  lastOffsetDelta: 2,
  firstTimestamp: 1000n,
  maxTimestamp: 5000n,
  attributes: 0,
  producerId: -1n,
  records: [0, 1, 2].map((offsetDelta) => aFetchedRecord({ offsetDelta })),
  ...given,
})
const next = aBatch({ firstOffset: 103n })
const offsetsOf = (batches: readonly FetchedBatch[], from: bigint) =>
  readFetched(batches, [], from).map(({ offset }) => offset)

describe('readFetched', () => {
  test('gives the records of all batches in order', () => {
    expect(offsetsOf([aBatch(), next], 100n)).toEqual([100n, 101n, 102n, 103n, 104n, 105n])
  })

  test('leaves out what stands before the offset that was asked for', () => {
    expect(offsetsOf([aBatch(), next], 102n)).toEqual([102n, 103n, 104n, 105n])
    expect(offsetsOf([aBatch(), next], 106n)).toEqual([])
  })

  test('takes a batch with gaps, as compaction leaves them', () => {
    const sparse = aBatch({
      lastOffsetDelta: 9,
      records: [aFetchedRecord({ offsetDelta: 3 }), aFetchedRecord({ offsetDelta: 7 })],
    })
    expect(offsetsOf([sparse], 100n)).toEqual([103n, 107n])
  })

  test.each([0x20, 0x20 | 0x10, 0x20 | 0x08])(
    'leaves out control batches (attributes %p)',
    (attributes) => {
      expect(offsetsOf([aBatch({ attributes }), next], 100n)).toEqual([103n, 104n, 105n])
    },
  )

  test.each([0x01, 0x04, 0x10])('takes compressed and transactional ones (%p)', (attributes) => {
    expect(offsetsOf([aBatch({ attributes })], 100n)).toHaveLength(3)
  })

  test.each([
    ['the producer’s', 0, 1007],
    ['the broker’s', 0x08, 5000],
    ['the broker’s, compressed', 0x0c, 5000],
  ])('the timestamp is %s', (_, attributes, timestampMs) => {
    const records = [aFetchedRecord({ timestampDelta: 7n })]
    expect(readFetched([aBatch({ attributes, records })], [], 0n)[0]?.timestampMs).toBe(timestampMs)
  })

  test('keys and values are the same bytes, and none stays none', () => {
    const key = Buffer.from([0, 255])
    const records = [aFetchedRecord({ key, value: null }), aFetchedRecord({ value: key })]
    const [first, second] = readFetched([aBatch({ records })], [], 0n)
    expect(first).toMatchObject({ key, value: null })
    expect(second).toMatchObject({ key: null, value: key })
  })

  test('of headers with one name the first is taken, and foreign ones are left out', () => {
    const header = (name: string, value: string | null) =>
      [Buffer.from(name), value === null ? null : Buffer.from(value)] as const
    const headers: FetchedRecord['headers'] = [
      header('traceparent', '00-…'),
      [null, Buffer.from('nameless')],
      header('PULSE-FINGERPRINT', 'x'),
      header('pulse-fingerprint', 'first'),
      header('pulse-fingerprint', 'second'),
      header('pulse-redrive', null),
    ]
    const records = [aFetchedRecord({ headers }), aFetchedRecord({ headers: [] })]
    const [first, second] = readFetched([aBatch({ records })], [], 0n)
    expect(first?.headers).toEqual({ fingerprint: 'first', redrive: '' })
    expect(second?.headers).toEqual({ fingerprint: undefined, redrive: undefined })
  })

  test('leaves out what a transaction wrote that was aborted', () => {
    const written = aBatch({ attributes: 0x10, producerId: 7n })
    const aborted = [{ producerId: 7n, firstOffset: 100n }]
    expect(readFetched([written, next], aborted, 100n).map(({ offset }) => offset)).toEqual([
      103n,
      104n,
      105n,
    ])
  })

  test('nothing fetched is no records', () => {
    expect(readFetched([], [], 0n)).toEqual([])
  })
})
