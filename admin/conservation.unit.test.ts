import { expect, test } from 'bun:test'
import { type CountedPartition, conservationOf } from './conservation.ts'

const row = (given: Partial<CountedPartition> = {}): CountedPartition => ({
  topicId: 'now',
  partition: 0,
  firstOffset: 0,
  countedTo: 10,
  stored: 6,
  duplicate: 2,
  dead: 2,
  skipped: 0,
  ...given,
})
const log = (...ends: [start: number, end: number][]) => ({
  topicId: 'now',
  partitions: ends.map(([start, end], partition) => ({ partition, start, end })),
})

test('records beyond what is counted are in flight, and the law closes', () => {
  const law = conservationOf('t', [row()], log([0, 15]))
  expect(law).toMatchObject({ closes: true, logEnd: 15, inFlight: 5, findings: [] })
})

test('a partition without a row is not counted yet: from log start to log end it is in flight', () => {
  const law = conservationOf('t', [row()], log([0, 10], [4, 9]))
  expect(law.partitions[1]).toMatchObject({ firstOffset: 4, inFlight: 5, stored: 0, closes: true })
  expect(law).toMatchObject({ closes: true, inFlight: 5 })
})

test('a log end below what is counted breaks the law and says where', () => {
  const law = conservationOf('t', [row()], log([0, 9]))
  expect(law.closes).toBe(false)
  expect(law.findings[0]).toStartWith('Partition 0 is counted to 10, and its log ends at 9')
})

test('counters that do not add up break the law', () => {
  const law = conservationOf('t', [row({ stored: 5 })], log([0, 10]))
  expect(law).toMatchObject({ closes: false, findings: ['Partition 0 does not add up.'] })
})

test('rows of an earlier topic with the same name do not count', () => {
  const law = conservationOf('t', [row({ topicId: 'before' })], log([0, 3]))
  expect(law).toMatchObject({ closes: true, stored: 0, inFlight: 3 })
})

test('a counted partition that Kafka does not have breaks the law', () => {
  expect(conservationOf('t', [row({ partition: 5 })], log([0, 0])).closes).toBe(false)
})

test('records that expired before they were read are told, counted or not', () => {
  const skipped = row({ stored: 3, skipped: 3 })
  expect(conservationOf('t', [skipped], log([0, 10]))).toMatchObject({
    closes: true,
    findings: [expect.stringContaining('Partition 0 skipped 3 offsets')],
  })
  expect(conservationOf('t', [row()], log([12, 20])).findings).toEqual([
    'Partition 0 lost 2 records to retention before they were read.',
  ])
})

test('without the counters everything but the log end is unknown', () => {
  const law = conservationOf('t', null, log([0, 10]))
  expect(law).toMatchObject({ closes: null, logEnd: 10, stored: null, inFlight: null })
})

test('without the log everything is unknown', () => {
  expect(conservationOf('t', [row()], null)).toMatchObject({ closes: null, stored: null })
})
