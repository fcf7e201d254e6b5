import { expect, test } from 'bun:test'
import { hasUnstorableNumber } from './unstorable-number.ts'

test.each(['{"n":1e1000}', '[1E+131000]', '[-1.5e-1000]', '[1e0001000]', '{"a":"x","n":1e9999}'])(
  '%s holds a number that Postgres would write out',
  (json) => {
    expect(hasUnstorableNumber(json)).toBe(true)
  },
)

test.each([
  '{"n":1e999}',
  '[1e-999]',
  '[1e0000999]',
  '[12345678901234567890]',
  '{"text":"1e131000"}',
  '{"1e131000":1}',
  '{"text":"a\\"b 1e131000"}',
  '["0xe1000"]',
])('%s holds none', (json) => {
  expect(hasUnstorableNumber(json)).toBe(false)
})
