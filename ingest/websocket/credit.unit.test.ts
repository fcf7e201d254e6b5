import { expect, test } from 'bun:test'
import { Credit } from './credit.ts'

test('events cost credit, and more of them than there is are none', () => {
  const credit = new Credit(3)
  expect([credit.take(2), credit.left]).toEqual([true, 1])
  expect([credit.take(2), credit.left]).toEqual([false, 1])
  expect([credit.take(1), credit.left]).toEqual([true, 0])
})

test('what was answered is owed until it is granted, and never granted twice', () => {
  const credit = new Credit(3)
  credit.take(3)
  credit.owe(2)
  expect([credit.owed, credit.left, credit.take(1)]).toEqual([2, 0, false])
  expect([credit.grant(3, 1), credit.grant(3, 1), credit.left]).toEqual([2, 0, 2])
})

test('a smaller window is reached by granting less, and left by granting what is owed still', () => {
  const credit = new Credit(10)
  credit.take(10)
  credit.owe(6)
  expect([credit.grant(4, 4), credit.left, credit.owed]).toEqual([0, 0, 6])
  credit.owe(2)
  expect([credit.grant(4, 2), credit.left, credit.owed]).toEqual([2, 2, 6])
  credit.owe(2)
  expect([credit.grant(10, 0), credit.left, credit.owed]).toEqual([8, 10, 0])
})
