import { expect, test } from 'bun:test'
import type { LoadReport } from './load.ts'
import { type Aftermath, exitCodeOf, problemsOf } from './verdict.ts'

const total = { events: 10, success: 10, duplicate: 0, failed: 0, dropped: 0 }
const done: LoadReport['audit'] = {
  is: 'done',
  clean: true,
  stored: 10,
  dead: 0,
  drainSeconds: 0,
  conservationCloses: true,
  findings: [],
}
const well: Aftermath = {
  probesAmiss: 0,
  countsClose: true,
  wrongDeadLetters: 0,
  unpublishedDeadLetters: 0,
  missingFromTopic: 0,
  bytesUnderWay: 0,
  unwell: [],
}
const load: LoadReport = { total, unexpected: [], audit: done }
const survived = { recoverySeconds: 1, load, aftermath: well }

test('a fault without findings was survived', () => {
  expect(problemsOf(survived)).toEqual([])
})

test('every finding of the audit is named with its count', () => {
  const findings = [{ kind: 'lost', count: 3, examples: [] }]
  const audit = { ...done, clean: false, findings, conservationCloses: false }
  expect(problemsOf({ ...survived, load: { ...load, audit } })).toEqual([
    '3 lost',
    'the conservation law does not close',
  ])
})

test('an audit that could not be done is a problem', () => {
  const audit: LoadReport['audit'] = { is: 'failed', why: 'nothing moves' }
  expect(problemsOf({ ...survived, load: { ...load, audit } })).toEqual(['no audit: nothing moves'])
})

test('an audit that is not clean is a problem also when it names none', () => {
  const audit = { ...done, clean: false }
  expect(problemsOf({ ...survived, load: { ...load, audit } })).toEqual([
    'the audit proves nothing',
  ])
})

test('an answer that an event must not get is a problem, although nothing of it is in Postgres', () => {
  const unexpected = [{ what: 'good: expected 202 new, got 401 UNAUTHORIZED', count: 7 }]
  const told = ['7 times good: expected 202 new, got 401 UNAUTHORIZED']
  expect(problemsOf({ ...survived, load: { ...load, unexpected } })).toEqual(told)
  expect(problemsOf({ ...survived, earlier: { ...load, unexpected } })).toEqual(told)
})

test('events that were never answered for good are a problem', () => {
  const failing = { ...load, total: { ...total, failed: 2 } }
  expect(problemsOf({ ...survived, load: failing })).toEqual(['2 events without a final answer'])
})

test('a Pulse that does not take events again is a problem', () => {
  expect(problemsOf({ ...survived, recoverySeconds: undefined })).toHaveLength(1)
})

test.each([
  { probesAmiss: 1 },
  { countsClose: false },
  { wrongDeadLetters: 1 },
  { unpublishedDeadLetters: 1 },
  { missingFromTopic: 1 },
  { bytesUnderWay: 1 },
  { unwell: ['ingest ended by itself (exit code 1)'] },
])('%p afterwards is a problem', (amiss) => {
  expect(problemsOf({ ...survived, aftermath: { ...well, ...amiss } })).toHaveLength(1)
})

test('a run ends with 0 when every fault was survived, and with 1 when none was run', () => {
  const leftOut = { problems: [], leftOut: 'only root can do it' }
  expect(exitCodeOf([{ problems: [] }, leftOut])).toBe(0)
  expect(exitCodeOf([{ problems: [] }, { problems: ['1 lost'] }])).toBe(1)
  expect(exitCodeOf([leftOut])).toBe(1)
  expect(exitCodeOf([])).toBe(1)
})
