import { describe, expect, test } from 'bun:test'
import { below } from '../contracts/builders.ts'
import { seeded } from '../contracts/seeded.ts'
import { judge, source } from './builders.ts'
import { type Batch, halves } from './store.ts'

const id = { ...source, topic: 'events.raw' }
const aBatch = (from: bigint, until: bigint, offsets: readonly number[]): Batch => ({
  id,
  from,
  until,
  records: offsets.map((offset) => judge({}, { offset: BigInt(offset) })),
})
const outline = ({ from, until, records }: Batch) => ({
  from,
  until,
  offsets: records.map(({ offset }) => Number(offset)),
})

describe('halves', () => {
  test.each([
    ['an even batch', aBatch(10n, 14n, [10, 11, 12, 13]), [10, 11], [12, 13], 12n],
    ['an odd batch', aBatch(10n, 13n, [10, 11, 12]), [10, 11], [12], 12n],
    ['a batch with a gap', aBatch(10n, 30n, [11, 29]), [11], [29], 12n],
    ['a batch read again', aBatch(10n, 10n, [3, 4]), [3], [4], 10n],
    ['a batch partly read again', aBatch(10n, 12n, [8, 9, 10, 11]), [8, 9], [10, 11], 10n],
    ['a batch counted in its first half', aBatch(4n, 7n, [3, 4, 5, 6]), [3, 4], [5, 6], 5n],
  ])('of %s follow each other', (_, batch, first, second, boundary) => {
    expect(halves(batch).map(outline)).toEqual([
      { from: batch.from, until: boundary, offsets: first },
      { from: boundary, until: batch.until, offsets: second },
    ])
  })

  test('halved until each record stands alone, cover the same offsets and records', () => {
    const random = seeded(9)
    for (let i = 0; i < 200; i++) {
      const batch = aRandomBatch(random)
      const pieces = singly(batch)
      expect(pieces.flatMap((piece) => outline(piece).offsets)).toEqual(outline(batch).offsets)
      expect([pieces[0]?.from, pieces.at(-1)?.until]).toEqual([batch.from, batch.until])
      for (const [at, piece] of pieces.entries()) {
        expect(piece.records).toHaveLength(1)
        expect(piece.until).toBeGreaterThanOrEqual(piece.from)
        expect(piece.from).toBe(pieces[at - 1]?.until ?? batch.from)
        for (const { offset } of piece.records) {
          expect(offset).toBeLessThan(piece.until)
          expect(offset >= batch.from).toBe(offset >= piece.from)
        }
      }
    }
  })
})

const singly = (batch: Batch): Batch[] =>
  batch.records.length <= 1 ? [batch] : halves(batch).flatMap(singly)

/** Records with gaps between them, of which some may lie below what is counted. */
function aRandomBatch(random: () => number): Batch {
  const offsets = [100]
  for (let more = below(30, random); more > 0; more--)
    offsets.push((offsets.at(-1) ?? 0) + 1 + below(3, random))
  const end = (offsets.at(-1) ?? 0) + 1 + below(3, random)
  const from = 100 + below(end - 100 + 1, random)
  return aBatch(BigInt(from), BigInt(end), offsets)
}
