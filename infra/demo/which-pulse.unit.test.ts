import { expect, test } from 'bun:test'
import { whyNotShown } from './which-pulse.ts'

const tenants = { tenant_a: 'key_a', tenant_b: 'key_b' }

test('a Pulse whose stores a start brought up itself is shown', () => {
  expect(whyNotShown({ given: [], tenants })).toBeUndefined()
})

test('one with a store that was given is not: its log is somebody’s', () => {
  expect(whyNotShown({ given: ['kafka', 'postgres'], tenants })).toBe(
    'kafka, postgres of the one that runs here was given to it',
  )
  expect(whyNotShown({ given: ['redis'], tenants })).toContain('redis')
})

test('nor is one whose keys were given', () => {
  expect(whyNotShown({ given: [], tenants: {} })).toContain("tenant_a's is not known")
})
