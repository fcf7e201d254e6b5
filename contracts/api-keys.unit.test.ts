import { describe, expect, test } from 'bun:test'
import { type } from 'arktype'
import { parseApiKeys } from './api-keys.ts'

const keysOf = (text: string) => {
  const keys = parseApiKeys(text)
  if (keys instanceof type.errors) throw new Error(keys.summary)
  return keys
}

describe('parseApiKeys', () => {
  test('reads tenants with the default limit, one of their own, and none', () => {
    const keys = keysOf('a:k1, b:k2:300,c:k3:unlimited,d:k4:0')
    expect(keys.map(({ tenantId, eventsPerMinute }) => [tenantId, eventsPerMinute])).toEqual([
      ['a', undefined],
      ['b', 300],
      ['c', 'unlimited'],
      ['d', 0],
    ])
  })

  test('keeps no key, only its hash', () => {
    expect(JSON.stringify(keysOf('a:hunter2'))).not.toContain('hunter2')
  })

  test.each([
    '',
    ',',
    'a',
    'a:',
    ':k',
    'a:k,',
    'a:k,,b:k2',
    'A:k',
    'a b:k',
    'a:k:',
    'a:k:-1',
    'a:k:1.5',
    'a:k:1e3',
    'a:k:many',
    'a:k:Unlimited',
    'a:k:1:2',
    'a:k:1234567890',
    'a:k k',
    'a:k,b:k',
    'a:kä',
    `${'a'.repeat(65)}:k`,
    `a:${'k'.repeat(256)}`,
  ])('refuses %p', (text) => {
    expect(parseApiKeys(text)).toBeInstanceOf(type.errors)
  })
})
