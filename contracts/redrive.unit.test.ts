import { expect, test } from 'bun:test'
import { redriveHeader, redriveIn } from './redrive.ts'

const read = (value: string) => redriveIn([['pulse-redrive', value]])

test('a redrive is read as it was written', () => {
  const redrive = { letter: '9007199254740993', attempt: 2 }
  expect(read(redriveHeader(redrive))).toEqual(redrive)
})

test.each([
  '',
  '1',
  '1/',
  '/1',
  '0/1',
  '1/0',
  '01/1',
  '1/1/1',
  ' 1/1',
  '1/-1',
  `${'9'.repeat(19)}/1`,
])('%p names no dead letter', (value) => {
  expect(read(value)).toBeUndefined()
})

test('among other headers the first of its name counts', () => {
  expect(
    redriveIn([
      ['traceparent', '1/1'],
      ['pulse-redrive', '1/1'],
      ['pulse-redrive', '2/2'],
    ]),
  ).toEqual({ letter: '1', attempt: 1 })
  expect(redriveIn([])).toBeUndefined()
})
