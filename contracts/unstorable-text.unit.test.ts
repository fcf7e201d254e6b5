import { expect, test } from 'bun:test'
import { unstorableText } from './unstorable-text.ts'

const high = '\ud83d'
const low = '\ude42'

test.each([
  [{ a: '\0' }, '/a'],
  [{ a: 'x\0y' }, '/a'],
  [{ a: high }, '/a'],
  [{ a: low }, '/a'],
  [{ a: low + high }, '/a'],
  [{ a: `${high}x${low}` }, '/a'],
  [{ a: { b: ['x', { c: '\0' }] } }, '/a/b/1/c'],
  [['x', '\0'], '/1'],
  [{ '\0': 1 }, ''],
  [{ a: { [high]: 1 } }, '/a'],
  [{ a: [{}, { '\0': {} }] }, '/a/1'],
  [{ 'a/b': '\0' }, '/a~1b'],
  [{ 'a~b': '\0' }, '/a~0b'],
  [{ '~1': '\0' }, '/~01'],
  [{ '': '\0' }, '/'],
  ['\0', ''],
])('in %p the bad text is at %p', (value, path) => {
  expect(unstorableText(value)).toBe(path)
})

test.each([
  [{}],
  [null],
  [''],
  [{ a: null, b: 1, c: true, d: [], e: {} }],
  [{ a: high + low }],
  [{ [high + low]: 'x' }],
  [{ a: '\\u0000' }],
  [{ a: '\u0001\u001f\u007f\ufffe\uffff' }],
])('%p can be stored', (value) => {
  expect(unstorableText(value)).toBeUndefined()
})

test('of several it tells one', () => {
  const found = unstorableText({ a: ['x', { b: '\0' }], c: '\0' })
  expect(['/a/1/b', '/c']).toContain(found ?? 'none')
})

test('finds the text at the bottom of 100,000 levels', () => {
  const depth = 100_000
  const value: unknown = JSON.parse(`${'['.repeat(depth)}"\\u0000"${']'.repeat(depth)}`)
  expect(unstorableText(value)).toBe('/0'.repeat(depth))
})

test('finds the text at the end of an array of a million elements', () => {
  const value: unknown[] = new Array(1_000_000).fill('')
  expect(unstorableText(value)).toBeUndefined()
  value.push('\0')
  expect(unstorableText(value)).toBe('/1000000')
})
