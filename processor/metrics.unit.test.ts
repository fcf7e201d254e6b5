import { expect, test } from 'bun:test'
import { aRecord } from './builders.ts'
import { makeMetrics } from './metrics.ts'
import type { StoredBatch } from './pipeline.ts'

let now = 0
const aBatch = (given: Partial<StoredBatch> = {}): StoredBatch => ({
  counts: { stored: 3, duplicate: 1, dead: 2, skipped: 1 },
  types: [
    { type: 'user_login', stored: 3, duplicate: 1, dead: 0 },
    { type: '', stored: 0, duplicate: 0, dead: 2 },
  ],
  records: 6,
  bytes: 600,
  ageMs: 250,
  ms: 20,
  ...given,
})
const metrics = () => makeMetrics(() => now)
const linesOf = async (from: ReturnType<typeof metrics>, name: string) =>
  (await from.text()).split('\n').filter((line) => new RegExp(`^${name}[ {]`).test(line))

test('events are counted by type and status, dead letters in sum', async () => {
  const from = metrics()
  from.pipeline.stored(aBatch())
  expect(await linesOf(from, 'events_processed_total')).toEqual([
    'events_processed_total{type="user_login",status="stored"} 3',
    'events_processed_total{type="user_login",status="duplicate"} 1',
    'events_processed_total{type="unknown",status="dead"} 2',
  ])
  expect(await linesOf(from, 'dlq_entries_total')).toEqual(['dlq_entries_total 2'])
})

test('a thousand types are 201 series', async () => {
  const from = metrics()
  const types = Array.from({ length: 1000 }, (_, i) => `type_${i}`)
  for (const type of types)
    from.pipeline.stored(aBatch({ types: [{ type, stored: 1, duplicate: 0, dead: 0 }] }))
  const series = await linesOf(from, 'events_processed_total')
  expect(series).toHaveLength(201)
  expect(series.at(-1)).toBe('events_processed_total{type="other",status="stored"} 800')
})

test('the rate of a type is what was processed lately', async () => {
  now = 10_000
  const from = metrics()
  from.pipeline.stored(aBatch())
  now = 11_000
  expect(await linesOf(from, 'events_processed_per_second')).toEqual([
    `events_processed_per_second{type="user_login"} ${4 / 15}`,
    `events_processed_per_second{type="unknown"} ${2 / 15}`,
  ])
})

test('lag is told of partitions that are worked on, and of no other', async () => {
  now = 5000
  const from = metrics()
  const oldest = aRecord({}, { offset: 5n, timestampMs: 3000 })
  const old = from.pipeline.works(0, () => ({ countedTo: 5n, logEnd: 9n, oldest }))
  from.pipeline.works(1, () => undefined)
  expect(await linesOf(from, 'pulse_processor_lag_records')).toEqual([
    'pulse_processor_lag_records{partition="0"} 4',
  ])
  expect(await linesOf(from, 'pulse_processor_lag_seconds')).toEqual([
    'pulse_processor_lag_seconds{partition="0"} 2',
  ])
  const next = from.pipeline.works(0, () => ({ countedTo: 9n, logEnd: 9n, oldest: undefined }))
  old() // ends after the next work has begun
  expect(await linesOf(from, 'pulse_processor_lag_records')).toEqual([
    'pulse_processor_lag_records{partition="0"} 0',
  ])
  next()
  expect(await linesOf(from, 'pulse_processor_lag_records')).toEqual([])
})

test('a wait is one pause, however often it is tried again', async () => {
  const from = metrics()
  from.pipeline.failed('store', false)
  from.pipeline.failed('store', true)
  from.pipeline.waits(2, 'store: down')
  expect(await linesOf(from, 'pulse_processor_pauses_total')).toContain(
    'pulse_processor_pauses_total{step="store"} 1',
  )
  expect(await linesOf(from, 'pulse_processor_retries_total')).toContain(
    'pulse_processor_retries_total{step="store"} 2',
  )
  const waiting = async () => await linesOf(from, 'pulse_processor_partitions_waiting')
  expect(await waiting()).toEqual(['pulse_processor_partitions_waiting 1'])
  from.pipeline.waits(2, undefined)
  expect(await waiting()).toEqual(['pulse_processor_partitions_waiting 0'])
})

test('what could not be measured has no value', async () => {
  const from = metrics()
  const unpublished = () => linesOf(from, 'pulse_processor_dead_letters_unpublished')
  expect(await unpublished()).toEqual([])
  from.deadLetters.unpublished(7)
  expect(await unpublished()).toEqual(['pulse_processor_dead_letters_unpublished 7'])
  from.deadLetters.unpublished(undefined)
  expect(await unpublished()).toEqual([])
})
