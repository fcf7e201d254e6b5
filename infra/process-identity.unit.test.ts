import { expect, test } from 'bun:test'
import { processIdentity, startTime } from './process-identity.ts'

const stat = (name: string, state = 'S') =>
  `42 (${name}) ${state} 1 42 42 0 -1 4194304 100 0 0 0 1 2 0 0 20 0 4 0 987654 1000 200 18446744073709551615`

test('the start time is field 22', () => {
  expect(startTime(stat('node'))).toBe('987654')
})

test('a name with spaces and parentheses moves no field', () => {
  expect(startTime(stat('a) R 1 (b'))).toBe('987654')
})

test('a zombie has no start time: it is not living', () => {
  expect(startTime(stat('node', 'Z'))).toBeUndefined()
})

test('this process has an identity, and always the same', () => {
  const identity = processIdentity(process.pid)
  expect(identity).toBeString()
  expect(processIdentity(process.pid)).toBe(identity as string)
})

test('a process id that nobody has belongs to nobody', () => {
  expect(processIdentity(2 ** 30)).toBeUndefined()
})
