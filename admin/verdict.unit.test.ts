import { describe, expect, test } from 'bun:test'
import type { Lag } from '../views/pipeline-facts.ts'
import { aCountedPartition, TOPIC_ID } from './builders.ts'
import type { Sample } from './history.ts'
import { verdictOf, watchOf } from './verdict.ts'

/** Points 10 s apart, each as [counted to, lag]. */
const points = (...of: readonly (readonly [countedTo: number, lag: number])[]) =>
  of.map(([countedTo, lag], i) => ({ atMs: i * 10_000, countedTo, lag }))

describe('a partition', () => {
  test.each([
    ['that is caught up is OK', 'ok', points([5, 0])],
    ['that was caught up within the minute is OK', 'ok', points([5, 0], [5, 3], [5, 9])],
    ['whose lag shrinks is OK', 'ok', points([5, 90], [25, 80], [45, 70])],
    ['whose lag grows and shrinks is OK', 'ok', points([5, 90], [25, 95], [45, 80])],
    ['that is read and falls behind is a WARNING', 'warning', points([5, 10], [6, 20], [7, 30])],
    ['that does not move is STALLED', 'stalled', points([5, 10], [5, 20], [5, 30])],
    [
      'that does not move and gets nothing new is STALLED',
      'stalled',
      points([5, 10], [5, 10], [5, 10]),
    ],
    ['that was watched for 10 s is unknown', 'unknown', points([5, 10], [5, 20])],
    ['that was never measured is unknown', 'unknown', []],
  ])('%s', (_, verdict, given) => {
    const lag = given.at(-1)?.lag ?? null
    expect(verdictOf(lag, given, 'pulse-processor 10.0.0.1').verdict).toBe(verdict as never)
  })

  test('that does not move and nobody holds is STOPPED', () => {
    const given = points([5, 10], [5, 20], [5, 30])
    expect(verdictOf(30, given, 'nobody').verdict).toBe('stopped')
    expect(verdictOf(30, given, null).verdict).toBe('stalled')
  })

  test('that nobody holds is STOPPED, though it was caught up within the minute', () => {
    const given = points([5, 0], [9, 0], [9, 4], [9, 4])
    expect(verdictOf(4, given, 'nobody').verdict).toBe('stopped')
    expect(verdictOf(4, given, 'pulse-processor 10.0.0.1').verdict).toBe('ok')
    expect(verdictOf(4, given.slice(0, 3), 'nobody').verdict).toBe('ok')
    expect(verdictOf(0, points([9, 0], [9, 0], [9, 0]), 'nobody').verdict).toBe('ok')
  })

  test('that cannot be measured now is unknown, whatever was before', () => {
    expect(verdictOf(null, points([5, 0], [5, 0]), 'nobody').verdict).toBe('unknown')
  })
})

const aSample = (atMs: number, countedTo: number, end: number): Sample => ({
  atMs,
  counted: [aCountedPartition({ countedTo })],
  log: { topicId: TOPIC_ID, partitions: [{ partition: 0, start: 0, end }] },
  door: null,
  batches: null,
})
const lagNow = (countedTo: number, logEnd: number): Lag => ({
  ...{ group: 'g', topic: 't', totalLag: logEnd - countedTo, findings: [] },
  partitions: [{ partition: 0, logEnd, countedTo, committed: 'never', lag: logEnd - countedTo }],
})
const hour = 3_600_000

test('a watch tells when a lag is drained, how old it is, when it expires, and who holds it', () => {
  const [watch] = watchOf({
    lag: lagNow(400, 1000),
    samples: [aSample(0, 0, 1000), aSample(10_000, 200, 1000)],
    group: { state: 'stable', members: [{ clientId: 'p', host: 'h', partitions: [0] }] },
    ages: new Map([[0, 2 * hour]]),
    retentionMs: 24 * hour,
    nowMs: 20_000,
  })
  expect(watch).toMatchObject({
    verdict: 'ok',
    drainMs: 30_000,
    ageMs: 2 * hour,
    expiresMs: 22 * hour,
    holder: 'p h',
  })
})

test('what is not known of a partition is null, and of one that is caught up nothing expires', () => {
  const unknown = { samples: [], group: null, ages: null, retentionMs: null, nowMs: 0 }
  expect(watchOf({ ...unknown, lag: lagNow(1, 5) })).toMatchObject([
    { verdict: 'unknown', drainMs: null, ageMs: null, expiresMs: null, holder: null },
  ])
  expect(watchOf({ ...unknown, lag: lagNow(5, 5) })).toMatchObject([
    { verdict: 'ok', drainMs: 0, ageMs: 0, expiresMs: null },
  ])
})
