import { expect, test } from 'bun:test'
import { lagOf } from './lag.ts'

const now = 1_000_000

test('is what the log has beyond the count, and the age of the oldest of it', () => {
  const progress = { countedTo: 10n, logEnd: 25n, oldestMs: now - 1500 }
  expect(lagOf(progress, now)).toEqual({ records: 15, seconds: 1.5 })
})

test('is nothing when all is counted', () => {
  const progress = { countedTo: 25n, logEnd: 25n, oldestMs: undefined }
  expect(lagOf(progress, now)).toEqual({ records: 0, seconds: 0 })
})

test('has no age that was not measured: records are known of, and not here yet', () => {
  const progress = { countedTo: 10n, logEnd: 25n, oldestMs: undefined }
  expect(lagOf(progress, now)).toEqual({ records: 15, seconds: undefined })
})

test('has no count that was not measured: the end of the log is not known', () => {
  const behind = { countedTo: 10n, logEnd: undefined, oldestMs: now - 1000 }
  expect(lagOf(behind, now)).toEqual({ records: undefined, seconds: 1 })
  expect(lagOf({ ...behind, oldestMs: undefined }, now).seconds).toBeUndefined()
})

test('is never negative: the count overtakes what was last told, and clocks differ', () => {
  const progress = { countedTo: 30n, logEnd: 25n, oldestMs: now + 200 }
  expect(lagOf(progress, now)).toEqual({ records: 0, seconds: 0 })
})
