import { expect, test } from 'bun:test'
import { redriveHeader, redriveIn } from './redrive.ts'

const fingerprint = '0123456789abcdef0123456789abcdef'
const read = (value: string) => redriveIn([['pulse-redrive', value]])

test('a redrive is read as it was written', () => {
  const redrive = { letter: '9007199254740993', attempt: 2, fingerprint }
  expect(read(redriveHeader(redrive))).toEqual(redrive)
})

test.each([
  '',
  '1/1',
  `/1/${fingerprint}`,
  `0/1/${fingerprint}`,
  `1/0/${fingerprint}`,
  `01/1/${fingerprint}`,
  ` 1/1/${fingerprint}`,
  `1/-1/${fingerprint}`,
  `1/1/${fingerprint}0`,
  `1/1/${fingerprint.toUpperCase()}`,
  `1/1/${fingerprint}/1`,
  `${'9'.repeat(19)}/1/${fingerprint}`,
])('%p names no dead letter', (value) => {
  expect(read(value)).toBeUndefined()
})

test('among other headers the first of its name counts', () => {
  const headers = [
    ['traceparent', `1/1/${fingerprint}`],
    ['pulse-redrive', `1/1/${fingerprint}`],
    ['pulse-redrive', `2/2/${fingerprint}`],
  ] as const
  expect(redriveIn(headers)).toEqual({ letter: '1', attempt: 1, fingerprint })
  expect(redriveIn([])).toBeUndefined()
})
