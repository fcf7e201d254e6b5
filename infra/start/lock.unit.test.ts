import { expect, test } from 'bun:test'
import { judge } from './lock.ts'

const owner = { pid: 42, identity: 'boot-1/1000' }

test('no lock file is free', () => {
  expect(judge(undefined, undefined)).toBe('free')
})

test('a lock is held while the process that wrote it lives', () => {
  expect(judge(owner, 'boot-1/1000')).toBe('held')
})

test('a lock is stale when its process is gone', () => {
  expect(judge(owner, undefined)).toBe('stale')
})

test('a lock is stale when another process has got its id', () => {
  expect(judge(owner, 'boot-1/2000')).toBe('stale')
})

test('a lock from before a reboot is stale', () => {
  expect(judge(owner, 'boot-2/1000')).toBe('stale')
})
