import { describe, expect, test } from 'bun:test'
import { ledgerProblem, longestStayMs, untilLedgerSuffices } from './ledger-days.ts'

const day = 24 * 60 * 60 * 1000
const silent = { debug() {}, info() {}, warn() {}, error() {} }

describe('the longest stay of a record', () => {
  const settings = (given: Record<string, string>) =>
    longestStayMs(
      new Map(
        Object.entries({
          'cleanup.policy': 'delete',
          'retention.ms': String(30 * day),
          'segment.ms': String(7 * day),
          ...given,
        }),
      ),
    )

  test('is the retention, and the time for which a segment takes records', () => {
    expect(settings({})).toBe(37 * day)
  })

  test.each([
    ['without a bound', { 'retention.ms': '-1' }],
    ['of a compacted topic', { 'cleanup.policy': 'compact' }],
  ])('%s is for ever', (_, given) => {
    expect(settings(given)).toBe(Number.POSITIVE_INFINITY)
  })

  test('of a topic that compacts and deletes is bounded', () => {
    expect(settings({ 'cleanup.policy': 'compact,delete' })).toBe(37 * day)
  })
})

describe('the ledger', () => {
  const topics = [
    { topic: 'events.raw', ms: 14 * day },
    { topic: 'events.dlq', ms: 37 * day },
  ]

  test('that remembers longer than both topics keep is no problem', () => {
    expect(ledgerProblem(38, topics)).toBeUndefined()
    expect(ledgerProblem(31, [])).toBeUndefined()
  })

  test('that does not is told with the topic and its days', () => {
    expect(ledgerProblem(37, topics)).toBe(
      'LEDGER_DAYS (37) must be more than that: events.dlq keeps records for up to 37 days (retention.ms + segment.ms)',
    )
    expect(ledgerProblem(90, [{ topic: 'a', ms: Number.POSITIVE_INFINITY }])).toContain(
      'a keeps records for ever',
    )
  })
})

test('nothing begins before Kafka was asked and the ledger suffices', async () => {
  const answers = [
    () => Promise.reject(new Error('no brokers')),
    () => Promise.resolve([{ topic: 'events.raw', ms: 90 * day }]),
    () => Promise.resolve([{ topic: 'events.raw', ms: 14 * day }]),
  ]
  const faults: string[] = []
  await untilLedgerSuffices(
    {
      readRetention: () => answers.shift()?.() ?? Promise.reject(new Error('asked too often')),
      fault: (error) => void faults.push((error as Error).message),
      log: silent,
    },
    { ledgerDays: 90 },
    new AbortController().signal,
  )
  expect(faults).toEqual(['no brokers', expect.stringContaining('LEDGER_DAYS (90)')])
})

test('a stop ends the wait', async () => {
  const stop = new AbortController()
  const readRetention = () => {
    stop.abort()
    return Promise.reject(new Error('no brokers'))
  }
  await untilLedgerSuffices(
    { readRetention, fault() {}, log: silent },
    { ledgerDays: 90 },
    stop.signal,
  )
  expect(stop.signal.aborted).toBe(true)
})
