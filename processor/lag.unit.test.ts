import { expect, test } from 'bun:test'
import { aRecord } from './builders.ts'
import { lagOf } from './lag.ts'

const now = 1_000_000
const appended = (offset: bigint, msAgo: number) =>
  aRecord({}, { offset, timestampMs: now - msAgo })

test('is what the log has beyond the count, and the age of the oldest of it', () => {
  const progress = { countedTo: 10n, logEnd: 25n, oldest: appended(10n, 1500) }
  expect(lagOf(progress, now)).toEqual({ records: 15, seconds: 1.5 })
})

test('is nothing when all is counted', () => {
  const progress = { countedTo: 25n, logEnd: 25n, oldest: undefined }
  expect(lagOf(progress, now)).toEqual({ records: 0, seconds: 0 })
})

test('has no age that was not measured: records are known of, and not here yet', () => {
  const progress = { countedTo: 10n, logEnd: 25n, oldest: undefined }
  expect(lagOf(progress, now)).toEqual({ records: 15, seconds: undefined })
})

test('has no count that was not measured: the end of the log is not known', () => {
  const behind = { countedTo: 10n, logEnd: undefined, oldest: appended(10n, 1000) }
  expect(lagOf(behind, now)).toEqual({ records: undefined, seconds: 1 })
  expect(lagOf({ ...behind, oldest: undefined }, now).seconds).toBeUndefined()
})

test('is never negative: the count overtakes what was last told, and clocks differ', () => {
  const overtaken = { countedTo: 30n, logEnd: 25n, oldest: undefined }
  expect(lagOf(overtaken, now)).toEqual({ records: 0, seconds: 0 })
  const ahead = { countedTo: 24n, logEnd: 25n, oldest: appended(24n, -200) }
  expect(lagOf(ahead, now)).toEqual({ records: 1, seconds: 0 })
})

test('is not as old as what is read again after a rewind', () => {
  const again = { countedTo: 25n, oldest: appended(3n, 3_600_000) }
  expect(lagOf({ ...again, logEnd: 25n }, now)).toEqual({ records: 0, seconds: 0 })
  expect(lagOf({ ...again, logEnd: 26n }, now)).toEqual({ records: 1, seconds: undefined })
})
