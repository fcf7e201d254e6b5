import { describe, expect, test } from 'bun:test'
import { seeded } from '../contracts/seeded.ts'
import { makeMix } from './mix.ts'
import { makeRecentKeys } from './recent-keys.ts'

const badKinds = [1, 2, 5]
const rates = { duplicate: 0.1, conflict: 0.05, bad: 0.2 }

function chosen(count: number, known: boolean, seed = 1) {
  const recent = makeRecentKeys(10)
  if (known) recent.add({ number: 77, tenant: 2, kind: 1 })
  const choose = makeMix(rates, 3, badKinds, recent, seeded(seed))
  return Array.from({ length: count }, choose)
}

describe('what arrives', () => {
  const all = chosen(20_000, true)
  const share = (holds: (one: (typeof all)[number]) => boolean) =>
    all.filter(holds).length / all.length

  test('is mixed as asked for', () => {
    expect(share(({ purpose }) => purpose === 'duplicate')).toBeCloseTo(0.1, 1)
    expect(share(({ purpose }) => purpose === 'conflict')).toBeCloseTo(0.05, 1)
    expect(share(({ purpose, kind }) => purpose === 'fresh' && kind > 0)).toBeCloseTo(0.2, 1)
  })

  test('is good, or bad in each of the ways that are asked for', () => {
    const fresh = all.filter(({ purpose }) => purpose === 'fresh')
    expect(new Set(fresh.map(({ kind }) => kind))).toEqual(new Set([0, ...badKinds]))
  })

  test('comes from every tenant', () => {
    expect(new Set(all.map(({ tenant }) => tenant))).toEqual(new Set([0, 1, 2]))
  })

  test('has new numbers without gaps when it is new', () => {
    const numbers = all.filter(({ purpose }) => purpose === 'fresh').map(({ number }) => number)
    expect(numbers).toEqual(numbers.map((_, i) => i))
  })

  test('is the accepted event again, or another one under its key', () => {
    expect(all.find(({ purpose }) => purpose === 'duplicate')).toEqual({
      purpose: 'duplicate',
      number: 77,
      tenant: 2,
      kind: 1,
      revision: 0,
    })
    expect(all.find(({ purpose }) => purpose === 'conflict')).toMatchObject({
      number: 77,
      revision: 1,
    })
  })
})

test('while nothing is accepted there is nothing to repeat', () => {
  expect(chosen(1000, false).every(({ purpose }) => purpose === 'fresh')).toBe(true)
})

test('the same seed chooses the same', () => {
  expect(chosen(100, true, 5)).toEqual(chosen(100, true, 5))
  expect(chosen(100, true, 6)).not.toEqual(chosen(100, true, 5))
})

test('of accepted events the newest are kept', () => {
  const recent = makeRecentKeys(3)
  for (let number = 0; number < 8; number++) recent.add({ number, tenant: 0, kind: 0 })
  const picked = [0, 0.4, 0.9].map((share) => recent.pick(() => share)?.number)
  expect(picked.toSorted()).toEqual([5, 6, 7])
})
