import { expect, test } from 'bun:test'
import { digitsOf, fill, makeTemplate } from './digits.ts'

const filled = (text: string, ...values: number[]) => {
  const into = Buffer.alloc(200, '-')
  const end = fill(makeTemplate(text), values, into, 3)
  expect(into.toString('latin1', 0, 3) + into.toString('latin1', end, end + 3)).toBe('------')
  return into.toString('utf8', 3, end)
}

test('each run of # is the next value, with zeros in front', () => {
  expect(filled('a-##-####.#', 7, 42, 3)).toBe('a-07-0042.3')
})

test('places are counted in bytes, not in letters', () => {
  expect(filled('é日🙂##é##', 12, 34)).toBe('é日🙂12é34')
})

test('of a longer number the last digits are written', () => {
  expect(filled('###', 123_456)).toBe('456')
})

test.each([0, 9, 10, 2_147_483_647, 2_147_483_648, 4_294_967_295, 9_999_999_999])(
  '%d is written exactly',
  (value) => {
    expect(filled('##########', value)).toBe(String(value).padStart(10, '0'))
    expect(filled('####', value)).toBe(String(value).padStart(10, '0').slice(-4))
  },
)

test('a text without # is itself', () => {
  expect(filled('as it is')).toBe('as it is')
})

test('another mark leaves # as it is', () => {
  const into = Buffer.alloc(9)
  fill(makeTemplate('a#\0\0#', '\0'), [7], into, 0)
  expect(into.toString('latin1', 0, 5)).toBe('a#07#')
})

test('the digits of a number are counted', () => {
  for (const value of [0, 9, 10, 99, 100, 999_999, 1_000_000, 4_294_967_296])
    expect(digitsOf(value)).toBe(String(value).length)
})
