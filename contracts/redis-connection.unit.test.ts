import { expect, test } from 'bun:test'
import { type } from 'arktype'
import { redisUrl } from './redis-connection.ts'

test.each([
  ['redis://localhost:6379', 'redis://localhost:6379'],
  ['redis://:secret@redis:6379/2', 'redis://:secret@redis:6379/2'],
  ['rediss://user:secret@redis.example:6380', 'rediss://user:secret@redis.example:6380'],
  ['localhost:6379', 'redis://localhost:6379'],
  ['10.0.0.7:1', 'redis://10.0.0.7:1'],
])('%p is %p', (text, url) => {
  expect(redisUrl(text)).toBe(url)
})

test.each([
  '',
  'localhost',
  'localhost:',
  ':6379',
  'localhost:redis',
  'localhost:123456',
  'local host:6379',
  'localhost:6379/2',
  'http://localhost:6379',
  'postgres://localhost:5432',
  'redis://',
  'redis:// x',
  ' redis://x:1',
])('%p is refused', (text) => {
  expect(redisUrl(text)).toBeInstanceOf(type.errors)
})
