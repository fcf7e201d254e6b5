import { expect, test } from 'bun:test'
import { type LogBounds, startingPoint } from './position.ts'

const aLog = (given: Partial<LogBounds> = {}): LogBounds => ({
  start: 10n,
  end: 100n,
  committed: 50n,
  ...given,
})

test.each([undefined, 0n, 50n, 100n, 1000n])(
  'a partition that was never counted begins at the log’s start, whatever is committed (%p)',
  (committed) => {
    expect(startingPoint(undefined, aLog({ committed }))).toEqual({ kind: 'begin', readFrom: 10n })
  },
)

test('reading goes on where it is counted to, when that is committed too', () => {
  expect(startingPoint(50n, aLog())).toEqual({ kind: 'resume', readFrom: 50n, countedTo: 50n })
})

test.each([
  ['is behind: read again from there', 40n, 40n],
  ['is the log’s start', 10n, 10n],
  ['was reset to before the log’s start: read what is left', 5n, 10n],
  ['was reset to the beginning', 0n, 10n],
  ['is ahead: what is not counted is read', 60n, 50n],
  ['is beyond the log’s end', 1000n, 50n],
  ['was never made', undefined, 50n],
])('when the commit %s', (_, committed, readFrom) => {
  expect(startingPoint(50n, aLog({ committed }))).toEqual({
    kind: 'resume',
    readFrom,
    countedTo: 50n,
  })
})

test.each([
  ['the log’s end', 100n],
  ['the log’s start', 10n],
])('counted to %s exactly, nothing is lost', (_, countedTo) => {
  expect(startingPoint(countedTo, aLog({ committed: undefined }))).toEqual({
    kind: 'resume',
    readFrom: countedTo,
    countedTo,
  })
})

test.each([undefined, 0n, 5n, 50n])(
  'records that expired unread are told, wherever the commit is (%p)',
  (committed) => {
    expect(startingPoint(9n, aLog({ committed }))).toEqual({
      kind: 'expired',
      readFrom: 10n,
      countedTo: 9n,
    })
  },
)

test.each([undefined, 50n, 101n])(
  'counted beyond the log’s end there is nowhere to go on (commit %p)',
  (committed) => {
    expect(startingPoint(101n, aLog({ committed }))).toEqual({ kind: 'beyond', countedTo: 101n })
  },
)

test('an empty log that has expired whole is resumed at its end', () => {
  expect(startingPoint(90n, aLog({ start: 100n }))).toMatchObject({
    kind: 'expired',
    readFrom: 100n,
  })
  expect(startingPoint(100n, aLog({ start: 100n }))).toMatchObject({
    kind: 'resume',
    readFrom: 100n,
  })
})
