import { describe, expect, test } from 'bun:test'
import { type PartitionOffsets, targetsOf } from './targets.ts'

const partition = (given: Partial<PartitionOffsets> = {}): PartitionOffsets => ({
  partition: 0,
  start: 10n,
  end: 100n,
  committed: 90n,
  since: undefined,
  ...given,
})
const back = (to: bigint, from = 90n, of = 0) => ({ partition: of, from, to, again: from - to })

describe('a partition goes back', () => {
  test('to the first record that there is', () => {
    expect(targetsOf({ to: 'earliest' }, [partition()])).toEqual([back(10n)])
  })

  test('to the first record since an instant', () => {
    expect(targetsOf({ to: 'instant', ms: 1 }, [partition({ since: 40n })])).toEqual([back(40n)])
  })

  test('to an offset, the ends of the log included', () => {
    for (const offset of [10n, 55n])
      expect(targetsOf({ to: 'offset', offset }, [partition()])).toEqual([back(offset)])
  })

  test('from the end of the log when nothing was committed', () => {
    const fresh = partition({ committed: undefined })
    expect(targetsOf({ to: 'earliest' }, [fresh])).toEqual([back(10n, 100n)])
  })

  test('each by itself', () => {
    const all = [partition(), partition({ partition: 1, start: 0n, committed: 5n })]
    expect(targetsOf({ to: 'earliest' }, all)).toEqual([back(10n), back(0n, 5n, 1)])
  })
})

describe('a partition stays', () => {
  test('where nothing came since the instant', () => {
    expect(targetsOf({ to: 'instant', ms: 1 }, [partition()])).toEqual([])
  })

  test('where it is further back already', () => {
    expect(targetsOf({ to: 'offset', offset: 95n }, [partition()])).toEqual([])
    expect(targetsOf({ to: 'earliest' }, [partition({ committed: 10n })])).toEqual([])
  })
})

test('an offset that the log does not hold is named with those that it does', () => {
  for (const offset of [9n, 101n])
    expect(targetsOf({ to: 'offset', offset }, [partition()])).toBe(
      `partition 0 holds offsets 10 to 100, not ${offset}`,
    )
})
