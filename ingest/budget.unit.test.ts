import { expect, test } from 'bun:test'
import { Held, makeBudget, partOf } from './budget.ts'

test('of a part no more is given than it has, nor than the whole has left', () => {
  const budget = makeBudget({ maxInFlight: 10, maxInFlightBytes: 100 })
  const one = new Held(partOf(budget, 50))
  expect([one.take(40), one.take(11), one.take(10)]).toEqual([true, false, true])
  expect(budget.bytes).toBe(50)
  one.giveAll()
  expect([budget.take(1, 70), one.take(31), one.take(30), budget.bytes]).toEqual([
    ...[true, false, true, 100],
  ])
  one.giveAll()
  expect(budget.bytes).toBe(70)
})
