import { describe, expect, test } from 'bun:test'
import type { Audit } from './audit/audit.ts'
import { progressLine, shownMs } from './progress.ts'
import { measuredOf, reportOf, type Summary, summaryText } from './summary.ts'
import { makeTally } from './tally.ts'

const clean: Audit = {
  is: 'done',
  clean: true,
  drainSeconds: 0.5,
  attempts: 12,
  accepted: 10,
  keys: 10,
  stored: 9,
  dead: 1,
  conservationCloses: true,
  notes: [],
  findings: [],
}

const wrong = 'good: expected 202 new, got 401 X'

function aSummary(given: Partial<Summary> = {}): Summary {
  const tally = makeTally(1)
  tally.ended(0, 'success', 3.25)
  tally.ended(0, 'failed', 3.25)
  tally.ended(0, 'dropped', 3.25)
  tally.ended(0, 'invalid', 2, wrong)
  return {
    run: 'r1',
    seed: 7,
    interrupted: false,
    seconds: 2,
    mode: 'single',
    batchSize: 1,
    answeredPerSecond: 1.5,
    requests: { sent: 3, unanswered: 0, answeredPerSecond: 1.5, latency: tally.requestLatency() },
    total: tally.all(),
    tenants: { tenant_a: tally.of(0) },
    sendLag: tally.lag(),
    unexpected: [],
    tolerated: [],
    journal: 'r1.journal',
    audit: clean,
    ...given,
  }
}

describe('a run is all right', () => {
  const ok = (audit: Audit, holds = true) =>
    reportOf(aSummary({ audit }), [{ text: 'p99<1ms', holds, actual: 3 }]).ok

  test('when the audit is clean or was not wanted, and every condition holds', () => {
    expect(ok(clean)).toBe(true)
    expect(ok({ is: 'skipped', why: '--no-audit' })).toBe(true)
    expect(ok(clean, false)).toBe(false)
  })

  test('also when a repeat was taken as new, which is listed', () => {
    const tolerated = [{ what: 'duplicate: expected 202 duplicate, got 202 new', count: 3 }]
    const report = reportOf(aSummary({ tolerated }), [])
    expect(report.ok).toBe(true)
    expect(summaryText(report)).toContain('Tolerated, 3 times: duplicate: expected 202 duplicate')
  })

  test('but not when an answer was not the one it must be, whatever else holds', () => {
    expect(reportOf(aSummary({ unexpected: [{ what: wrong, count: 1 }] }), []).ok).toBe(false)
  })

  test('but not when the audit found something or could not be done', () => {
    expect(ok({ ...clean, clean: false })).toBe(false)
    expect(ok({ is: 'failed', why: 'no answer' })).toBe(false)
  })
})

describe('what is asserted on', () => {
  test('errors are what failed, what was dropped and what was answered wrongly', () => {
    const unexpected = [{ what: wrong, count: 1 }]
    const measured = measuredOf(aSummary({ unexpected }))
    expect(measured).toMatchObject({ events: 4, errors: 3, unexpected: 1, lost: 0 })
  })

  test('findings are those of the audit, and a law that does not close is one', () => {
    const findings = [
      { kind: 'lost' as const, count: 2, examples: [] },
      { kind: 'both' as const, count: 1, examples: [] },
    ]
    const audit = { ...clean, clean: false, conservationCloses: false, findings }
    expect(measuredOf(aSummary({ audit }))).toMatchObject({ lost: 2, audit: 4 })
  })

  test('nothing accepted is a finding, as nothing could be lost', () => {
    const audit = { ...clean, clean: false, accepted: 0 }
    expect(measuredOf(aSummary({ audit })).audit).toBe(1)
  })

  test('without an audit findings are unknown, not none', () => {
    const audit: Audit = { is: 'skipped', why: '' }
    expect(measuredOf(aSummary({ audit })).lost).toBeUndefined()
  })
})

describe('the summary', () => {
  const text = (given: Partial<Summary> = {}) =>
    summaryText(reportOf(aSummary(given), [{ text: 'p99<1ms', holds: false, actual: 3.25 }]))

  test('names each verdict, each percentile and what is wrong', () => {
    const lines = text().replace(/ +/g, ' ').split('\n')
    for (const line of ['events 4', 'success 1', 'rate-limited 0', 'failed 1', 'p99.9 3.25 ms'])
      expect(lines).toContain(line)
    const unexpected = [{ what: wrong, count: 2 }]
    expect(text({ unexpected })).toContain(`✗ Unexpected, 2 times: ${wrong}`)
    expect(text()).toContain('✓ Audit clean: 12 attempts on 10 keys: 9 stored, 1 dead letters')
    expect(text()).toContain('✗ p99<1ms: it is 3.25')
  })

  test('has a column for each tenant when there are several', () => {
    const { total } = aSummary()
    expect(text()).not.toContain('tenant_a')
    expect(text({ tenants: { tenant_a: total, tenant_b: total } })).toMatch(/tenant_a +tenant_b/)
  })

  test('says what failed and dropped events are in the percentiles, when there are any', () => {
    expect(text()).toContain('include 2 failed or dropped events')
    expect(text({ total: makeTally(1).all() })).not.toContain('failed or dropped events')
  })

  test('says that nothing was accepted', () => {
    const shown = text({ audit: { ...clean, clean: false, attempts: 0, accepted: 0 } })
    expect(shown).toContain('✗ Audit: 0 attempts')
    expect(shown).toContain('✗ No event was accepted')
  })

  test('tells requests and events apart where a request has several', () => {
    const { latency } = aSummary().requests
    const requests = { sent: 2, unanswered: 1, answeredPerSecond: 0.5, latency }
    const lines = text({ mode: 'ndjson', batchSize: 100, requests })
    expect(lines).toContain(
      'Requests (ndjson, up to 100 events each): 2 with 1.5 events on average, 0.5 answered a second, 1 without an answer',
    )
    expect(text()).not.toContain('Requests')
  })

  test('names offenders', () => {
    const findings = [{ kind: 'lost' as const, count: 1, examples: ['tenant_a/load-r1-3'] }]
    expect(text({ audit: { ...clean, clean: false, findings } })).toContain(
      '    tenant_a/load-r1-3',
    )
  })

  test('has no figures for what was not measured', () => {
    expect(text({ total: makeTally(1).all() }).replace(/ +/g, ' ')).toContain('p50 -')
  })
})

test('the line of progress has the share, the time left, the rate and what there is to count', () => {
  const before = makeTally(1).counts()
  const counts = { ...before, events: 1010, requests: 100, success: 1000, 'rate-limited': 10 }
  const state = {
    elapsedMs: 30_000,
    totalMs: 60_000,
    counts,
    before,
    intervalMs: 5000,
    p50: 3.125,
    p99: 12.5,
    open: 4,
  }
  const rest = 'ok 1,000  limited 10  p50 3.13 ms  p99 12.5 ms  4 open'
  expect(progressLine({ ...state, isBatched: false })).toBe(` 50 %  30 s left  202/s  ${rest}`)
  expect(progressLine({ ...state, isBatched: true })).toBe(
    ` 50 %  30 s left  202/s  in 20 requests  ${rest}`,
  )
})

test('milliseconds are shown with the digits that count', () => {
  expect([0.123, 1.5, 12.34, 1234.5].map(shownMs)).toEqual([
    '0.12 ms',
    '1.50 ms',
    '12.3 ms',
    '1235 ms',
  ])
})
