import { expect, test } from 'bun:test'
import { aCountedPartition, TOPIC_ID } from './builders.ts'
import type { BatchTotals, Sample } from './history.ts'
import { flowOf, workOf } from './rates.ts'

const aSample = (seconds: number, given: Partial<Sample> = {}, records = 0): Sample => ({
  atMs: seconds * 1000,
  counted: [aCountedPartition({ countedTo: records, stored: records, duplicate: 0, dead: 0 })],
  log: { topicId: TOPIC_ID, partitions: [{ partition: 0, start: 0, end: 2 * records }] },
  door: { accepted: 3 * records, refused: 0 },
  batches: null,
  ...given,
})

test('rates are changes a second over the last minute', () => {
  const samples = [aSample(0), aSample(100, {}, 1000), aSample(110, {}, 2000)]
  expect(flowOf(samples)).toEqual({
    ...{ accepted: 300, refused: 0, written: 200, counted: 100, stored: 100 },
    ...{ duplicate: 0, dead: 0, overMs: 10_000 },
  })
})

test('without two measurements a rate is null, and never 0', () => {
  const nothing = { accepted: null, written: null, counted: null, stored: null, overMs: null }
  expect(flowOf([])).toMatchObject(nothing)
  expect(flowOf([aSample(0)])).toMatchObject(nothing)
  expect(flowOf([aSample(0, { log: null }), aSample(10)])).toMatchObject({
    ...{ accepted: 0, written: null, counted: null },
  })
})

test('what began anew has no rate across its beginning', () => {
  const later = { log: { topicId: 'another', partitions: [] } }
  const door = { accepted: 1, refused: 0 }
  expect(flowOf([aSample(0, {}, 1000), aSample(10, { ...later, door }, 1000)])).toMatchObject({
    ...{ accepted: null, written: null, counted: null },
  })
})

const batches = (count: number, upTo10ms: number, records = count * 100): BatchTotals => ({
  batches: count,
  records,
  byDuration: [
    { most: 0.01, count: upTo10ms },
    { most: 0.1, count },
    { most: Number.POSITIVE_INFINITY, count },
  ],
})

test('the work of a processor is that of the last minutes, not since it started', () => {
  const samples = [
    aSample(0, { batches: batches(1000, 0) }),
    aSample(10, { batches: batches(1020, 10) }),
  ]
  expect(workOf(samples)).toEqual({
    recordsPerBatch: 100,
    batchesPerSecond: 2,
    storeP50Ms: 10,
    storeP95Ms: expect.closeTo(91, 5),
  })
})

test('a processor that began anew counts from zero', () => {
  const samples = [
    aSample(0, { batches: batches(1000, 0) }),
    aSample(10, { batches: batches(5, 5) }),
  ]
  expect(workOf(samples)).toMatchObject({
    recordsPerBatch: 100,
    batchesPerSecond: 0.5,
  })
})

test('of a processor that did nothing no duration is known', () => {
  const same = { batches: batches(1000, 0) }
  expect(workOf([aSample(0, same), aSample(10, same)])).toMatchObject({
    ...{ recordsPerBatch: null, batchesPerSecond: 0, storeP50Ms: null, storeP95Ms: null },
  })
  expect(workOf([])).toMatchObject({ recordsPerBatch: null, batchesPerSecond: null })
})
