import { expect, test } from 'bun:test'
import { isAtLeast } from './version.mjs'

test.each([
  ['20.3.0', '20.3.0', true],
  ['v22.0.1', '20.3.0', true],
  ['20.20.2', '20.3.0', true],
  ['20.2.9', '20.3.0', false],
  ['1.4.10', '1.4.5', true],
  ['1.4.5-canary.1', '1.4.5', true],
  ['1.3', '1.4.5', false],
  ['not a version', '1.4.5', false],
])('%s is at least %s: %p', (version, least, expected) => {
  expect(isAtLeast(version, least)).toBe(expected)
})
