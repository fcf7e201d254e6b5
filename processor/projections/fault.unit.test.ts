import { expect, test } from 'bun:test'
import { faultOf, faultSentence, ProjectionFault } from './fault.ts'

const failed = (detail: unknown) => Object.assign(new Error('x'), { code: 'PU004', detail })
const withCode = (code: unknown) => Object.assign(new Error('x'), { code })

test.each([
  ['a column that is not there', '42703'],
  ['a right that is missing', '42501'],
  ['a value that a type refuses', '22P02'],
  ['a key that is there already', '23505'],
  ['a row that is changed twice', '21000'],
  ['an exception of its own', 'P0001'],
])('%s is the fault of the projection, when its statement meets it', (_, state) => {
  expect(faultOf(failed(state))).toBe('projection')
  expect(faultOf(withCode(state))).toBe('world')
})

test('what a projection is found to be to blame for is its fault, whatever lies beneath', () => {
  expect(faultOf(new ProjectionFault('x', { cause: withCode('57014') }))).toBe('projection')
})

test.each([
  ['a server that stops', '57P01'],
  ['a deadlock', '40P01'],
  ['a full disk', '53100'],
  ['a table that somebody holds', '55P03'],
  ['an idle transaction that was ended', '25P03'],
  ['a look at what is next that takes too long', '57014'],
])('%s is the fault of the world, whatever meets it', (_, code) => {
  expect([faultOf(withCode(code)), faultOf(failed(code))]).toEqual(['world', 'world'])
})

test('the sentence is bounded and can be stored', () => {
  const sentence = faultSentence(new Error(`\0${'x'.repeat(499)}\u{1f980}`))
  expect(sentence).toHaveLength(500)
  expect(sentence.isWellFormed()).toBe(true)
})

test.each(['CONNECTION_CLOSED', 'PU003', undefined])('%p is the fault of the world', (code) => {
  expect(faultOf(withCode(code))).toBe('world')
})
