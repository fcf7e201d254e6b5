import { expect, test } from 'bun:test'
import { doorOf, refusedByTenant } from './door.ts'
import { readExposition } from './exposition.ts'

const text = `# HELP pulse_ingest_events_total Events judged
# TYPE pulse_ingest_events_total counter
pulse_ingest_events_total{tenant="a",verdict="accepted"} 90
pulse_ingest_events_total{tenant="b",verdict="accepted"} 10
pulse_ingest_events_total{tenant="a",verdict="duplicate"} 3
pulse_ingest_events_total{tenant="a",verdict="RATE_LIMITED"} 7
pulse_ingest_events_total{tenant="b",verdict="INVALID_EVENT"} 2
pulse_ingest_requests_total{route="/events",status="202",code="OK"} 103
pulse_ingest_requests_total{route="/events",status="429",code="RATE_LIMITED"} 7
pulse_ingest_requests_total{route="/events",status="401",code="UNAUTHORIZED"} 5
pulse_ingest_requests_total{route="other",status="404",code="NOT_FOUND"} 0
process_start_time_seconds 1767384000
`

test('the door tells what it took and what it refused, each refusal once', () => {
  expect(doorOf(readExposition(text))).toEqual({
    since: new Date('2026-01-02T20:00:00Z'),
    accepted: 100,
    duplicate: 3,
    limited: 7,
    refusals: [
      { code: 'RATE_LIMITED', count: 7 },
      { code: 'UNAUTHORIZED', count: 5 },
      { code: 'INVALID_EVENT', count: 2 },
    ],
  })
})

test('limits and refusals are told by tenant', () => {
  expect([...refusedByTenant(readExposition(text))]).toEqual([
    ['a', { limited: 7, refused: 0 }],
    ['b', { limited: 0, refused: 2 }],
  ])
})

test('labels are read with their escapes, and what is no metric is left out', () => {
  const { of } = readExposition(
    'm{a="q\\"u\\\\o\\nte",b=""} 1e3 1700000000\nnonsense here\nm 2\nn NaN\nm +Inf\n',
  )
  expect(of('m')).toEqual([
    { labels: { a: 'q"u\\o\nte', b: '' }, value: 1000 },
    { labels: {}, value: 2 },
    { labels: {}, value: Number.POSITIVE_INFINITY },
  ])
  expect(of('n')).toEqual([])
})
