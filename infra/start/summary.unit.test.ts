import { expect, test } from 'bun:test'
import { painter } from '../bootstrap/step.mjs'
import { type Outcome, sampleEvents } from './samples.ts'
import { summary } from './summary.ts'

const samples = sampleEvents('r1', new Date('2026-01-02T20:00:00Z'))
const stored: Outcome = { is: 'stored' }
const dead: Outcome = { is: 'dead', code: 'MISSING_FIELD', sentence: 'event_type is missing' }
const urls = { ingest: 'http://i', grpc: 'g:1', admin: 'http://a', processor: 'http://p' }
const plain = painter({ write: () => undefined })

test('five samples with keys of their own, of which one has no event_type', () => {
  expect(new Set(samples.map(({ key }) => key)).size).toBe(5)
  expect(samples.filter(({ event }) => !('event_type' in event))).toHaveLength(1)
})

test('the summary counts what was stored and tells why an event was not', () => {
  const outcomes = [stored, stored, stored, stored, dead]
  const text = summary({ samples, outcomes }, urls, plain)
  expect(text).toContain('4 stored, 1 dead-lettered')
  expect(text).toContain('MISSING_FIELD: event_type is missing')
  expect(text).toContain('http://a/')
  expect(text).toContain('http://i/events')
  expect(text).toContain('ws://i/stream')
  expect(text).toContain('g:1')
})

test('a sample that control has refused is said to be, with the reason', () => {
  const refused: Outcome = { is: 'refused', code: 'UNAUTHORIZED', sentence: 'Unknown API key' }
  const text = summary(
    { samples, outcomes: [stored, stored, stored, refused, refused] },
    urls,
    plain,
  )
  expect(text).toContain('3 stored, 0 dead-lettered, 2 refused')
  expect(text).toContain('refused  UNAUTHORIZED: Unknown API key')
})

test('the summary says why no samples were sent', () => {
  const text = summary({ leftOut: 'left out: redis was given' }, urls, plain)
  expect(text).toContain('Sample events  left out: redis was given')
  expect(text).not.toContain('key_a')
})
