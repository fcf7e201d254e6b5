import { describe, expect, test } from 'bun:test'
import { aKey, aLimit, aTenant, recordOf } from './control-builders.ts'
import {
  type ControlRecord,
  emptyControl,
  entitiesIn,
  entityIn,
  foldControl,
} from './control-state.ts'

const strict = (version: number) => aTenant({ version, validation: 'strict' })
const removed = (key: string): ControlRecord => ({ offset: 7, key: Buffer.from(key), value: null })
const garbage: ControlRecord = {
  offset: 3,
  key: Buffer.from('tenant:acme'),
  value: Buffer.from('{'),
}

describe('of the records of one entity', () => {
  test.each([
    ['the newer one counts', [recordOf(aTenant()), recordOf(strict(2))], strict(2)],
    ['an older one is skipped', [recordOf(strict(2)), recordOf(aTenant())], strict(2)],
    [
      'the last one of a version counts, as after compaction',
      [recordOf(aTenant({ version: 2 })), recordOf(strict(2))],
      strict(2),
    ],
    [
      'a gap in versions is none in the state',
      [recordOf(aTenant()), recordOf(strict(9))],
      strict(9),
    ],
    ['one that cannot be read leaves the one before', [recordOf(strict(1)), garbage], strict(1)],
    ['one that cannot be read does not hide the next', [garbage, recordOf(strict(1))], strict(1)],
    ['null removes it', [recordOf(strict(2)), removed('tenant:acme')], undefined],
    [
      'after null every version counts',
      [recordOf(strict(2)), removed('tenant:acme'), recordOf(aTenant())],
      aTenant(),
    ],
    ['null for what never was changes nothing', [removed('tenant:other')], undefined],
  ])('%s', (_, records, expected) => {
    const { state } = foldControl(emptyControl, records)
    expect(entityIn(state, 'tenant', 'acme')).toEqual(expected as ReturnType<typeof aTenant>)
  })
})

test('what is skipped is told with its offset and a reason', () => {
  const { skipped } = foldControl(emptyControl, [
    recordOf(strict(2), 1),
    recordOf(aTenant(), 2),
    garbage,
  ])
  expect(skipped).toEqual([
    { offset: 2, reason: 'version 1 is older than 2' },
    { offset: 3, reason: 'its value is no JSON object' },
  ])
})

test('entities of one name and different kinds are different entities', () => {
  const records = [aTenant(), aLimit({ events_per_minute: 5 }), aKey()].map((each) =>
    recordOf(each),
  )
  const { state } = foldControl(emptyControl, records)
  expect(entityIn(state, 'tenant', 'acme')?.validation).toBe('quarantine')
  expect(entityIn(state, 'limit', 'acme')?.events_per_minute).toBe(5)
  expect(entitiesIn(state, 'key')).toEqual([aKey()])
})

test('folding in pieces is folding at once, and changes no state that was given', () => {
  const records = [aTenant(), strict(2), aKey(), strict(1)].map((each) => recordOf(each))
  const first = foldControl(emptyControl, records.slice(0, 1)).state
  const pieces = foldControl(first, records.slice(1)).state
  expect([...pieces]).toEqual([...foldControl(emptyControl, records).state])
  expect(entityIn(first, 'tenant', 'acme')).toEqual(aTenant())
  expect(emptyControl.size).toBe(0)
})
