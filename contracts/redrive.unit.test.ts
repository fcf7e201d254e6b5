import { expect, test } from 'bun:test'
import { redriveHeader, redriveIn } from './redrive.ts'

const fingerprint = '0123456789abcdef0123456789abcdef'

test('a redrive is read as it was written', () => {
  const redrive = { letter: '9007199254740993', attempt: 2, fingerprint }
  expect(redriveIn(redriveHeader(redrive))).toEqual(redrive)
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
  expect(redriveIn(value)).toBeUndefined()
})

test('without a header there is none', () => {
  expect(redriveIn(undefined)).toBeUndefined()
})
