import { expect, test } from 'bun:test'
import { faultOf, faultSentence } from './fault.ts'

const withCode = (code: unknown) => Object.assign(new Error('x'), { code })

test.each([
  ['a column that is not there', '42703'],
  ['a right that is missing', '42501'],
  ['a value that a type refuses', '22P02'],
  ['a key that is there already', '23505'],
  ['a row that is changed twice', '21000'],
  ['an exception of its own', 'P0001'],
  ['a statement that takes too long', '57014'],
])('%s is the fault of the projection', (_, code) => {
  expect(faultOf(withCode(code))).toBe('projection')
})

test.each([
  ['a server that stops', '57P01'],
  ['a deadlock', '40P01'],
  ['a full disk', '53100'],
  ['a lost connection', 'CONNECTION_CLOSED'],
  ['an idle transaction that was ended', '25P03'],
  ['no code', undefined],
])('%s is the fault of the world', (_, code) => {
  expect(faultOf(withCode(code))).toBe('world')
})

test('the sentence is bounded and can be stored', () => {
  const sentence = faultSentence(new Error(`\0${'x'.repeat(499)}\u{1f980}`))
  expect(sentence).toHaveLength(500)
  expect(sentence.isWellFormed()).toBe(true)
})
