import { expect, test } from 'bun:test'
import { faults } from './faults/all.ts'
import type { Outcome } from './run.ts'
import { tableOf } from './table.ts'

const [fault] = faults
if (!fault) throw new Error('there are no faults')

const survived: Outcome = {
  fault,
  problems: [],
  measured: {
    recoverySeconds: 1.25,
    load: {
      total: { events: 110, success: 80, duplicate: 9, failed: 0, dropped: 10 },
      unexpected: [],
      audit: {
        is: 'done',
        clean: true,
        stored: 80,
        dead: 3,
        drainSeconds: 0,
        conservationCloses: true,
        findings: [],
      },
    },
    aftermath: {
      probesAmiss: 0,
      countsClose: true,
      wrongDeadLetters: 0,
      unpublishedDeadLetters: 0,
      missingFromTopic: 0,
      bytesUnderWay: 0,
      unwell: [],
    },
  },
}

test('a row has what was sent and accepted, what is in Postgres, and the verdict', () => {
  const [, , row] = tableOf([survived]).split('\n')
  expect(row?.split('|').map((cell) => cell.trim())).toEqual([
    '',
    'ingest-killed',
    '100',
    '89',
    '80',
    '3',
    '1.3 s',
    'clean',
    '',
  ])
})

test('what is wrong is in the row, also when nothing could be measured', () => {
  const table = tableOf([
    { ...survived, problems: ['3 lost', 'the counts do not close'] },
    { fault, measured: undefined, problems: ['could not be run: no port'] },
  ])
  expect(table).toContain('| FAILED: 3 lost; the counts do not close |')
  expect(table).toMatch(/\? \| FAILED: could not be run: no port/)
})

test('a fault that was left out has a row, and is not called clean', () => {
  const leftOut = { fault, measured: undefined, problems: [], leftOut: 'only root can do it' }
  expect(tableOf([leftOut])).toMatch(/\? \| left out: only root can do it/)
})
