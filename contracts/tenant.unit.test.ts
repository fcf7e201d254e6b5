import { expect, test } from 'bun:test'
import { isTenantId } from './tenant.ts'

test.each(['a', 'tenant_a', 'tenant-b', '0', '_', '-', 'x'.repeat(64)])('%p is', (text) => {
  expect(isTenantId(text)).toBe(true)
})

test.each([
  '',
  'x'.repeat(65),
  'A',
  'a:b',
  'a b',
  ' a',
  'a\n',
  'a\0',
  'ä',
  'a.b',
  '../a',
  'a/b',
  '{a}',
  '*',
])('%p is not', (text) => {
  expect(isTenantId(text)).toBe(false)
})
