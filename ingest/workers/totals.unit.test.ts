import { expect, test } from 'bun:test'
import { Gauge, Registry } from 'prom-client'
import { makeCounter, makeHistogram } from '../observations.ts'
import { makeTotals } from './totals.ts'

/** What a worker says that has counted so much. */
async function aSnapshot({ events = 0, inFlight = 0, up = 1, waits = [] as readonly number[] }) {
  const registry = new Registry()
  const registers = [registry]
  makeCounter(registry, { name: 'events_total', help: 'e' })({ verdict: 'accepted' }).inc(events)
  const seconds = makeHistogram(registry, { name: 'seconds', help: 's' }, [0.1, 1])({ route: '/x' })
  for (const wait of waits) seconds.observe(wait)
  new Gauge({ name: 'in_flight', help: 'i', registers }).set(inFlight)
  new Gauge({ name: 'up', help: 'u', registers, aggregator: 'min' }).set(up)
  return registry.getMetricsAsJSON()
}
const linesOf = (text: string) => text.split('\n').filter((line) => !line.startsWith('#') && line)

test('counters, histograms and gauges of all workers are one, each gauge by its aggregator', async () => {
  const totals = makeTotals(2)
  const living = [
    await aSnapshot({ events: 3, inFlight: 5, waits: [0.05, 0.5] }),
    await aSnapshot({ events: 4, inFlight: 1, up: 0, waits: [2] }),
  ]
  expect(linesOf(await totals.text(living, 2))).toEqual([
    'events_total{verdict="accepted"} 7',
    'seconds_bucket{route="/x",le="0.1"} 1',
    'seconds_bucket{route="/x",le="1"} 2',
    'seconds_bucket{route="/x",le="+Inf"} 3',
    'seconds_sum{route="/x"} 2.55',
    'seconds_count{route="/x"} 3',
    'in_flight 6',
    'up 0',
    'pulse_ingest_workers{state="configured"} 2',
    'pulse_ingest_workers{state="answering"} 2',
    'pulse_ingest_workers_ended_total 0',
  ])
})

test('what workers counted that have ended stays in the sum, and their gauges do not', async () => {
  const totals = makeTotals(2)
  totals.ended(await aSnapshot({ events: 3, inFlight: 5, up: 0, waits: [0.05] }))
  totals.ended(await aSnapshot({ events: 4, inFlight: 5, up: 0, waits: [0.5] }))
  const lines = linesOf(await totals.text([await aSnapshot({ events: 1, waits: [0.5] })], 1))
  expect(lines).toContain('events_total{verdict="accepted"} 8')
  expect(lines).toContain('seconds_bucket{route="/x",le="1"} 3')
  expect(lines).toContain('in_flight 0')
  expect(lines).toContain('up 1')
  expect(lines).toContain('pulse_ingest_workers_ended_total 2')
})

test('with nobody living there is still what was counted', async () => {
  const totals = makeTotals(1)
  totals.ended(await aSnapshot({ events: 3 }))
  expect(linesOf(await totals.text([], 0))).toContain('events_total{verdict="accepted"} 3')
})
