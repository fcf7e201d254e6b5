import { expect, test } from 'bun:test'
import type { LoadReport } from './load.ts'
import { type Aftermath, problemsOf } from './verdict.ts'

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
const survived = { recoverySeconds: 1, load: { total, audit: done }, aftermath: well }

test('a fault without findings was survived', () => {
  expect(problemsOf(survived)).toEqual([])
})

test('every finding of the audit is named with its count', () => {
  const findings = [{ kind: 'lost', count: 3, examples: [] }]
  const load = { total, audit: { ...done, findings, conservationCloses: false } }
  expect(problemsOf({ ...survived, load })).toEqual([
    '3 lost',
    'the conservation law does not close',
  ])
})

test('an audit that could not be done is a problem', () => {
  const load: LoadReport = { total, audit: { is: 'failed', why: 'nothing moves' } }
  expect(problemsOf({ ...survived, load })).toEqual(['no audit: nothing moves'])
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
