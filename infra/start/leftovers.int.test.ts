import { afterAll, expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { processIdentity } from '../process-identity.ts'
import { endLeftovers } from './children.ts'
import { claimLock, lockOwner } from './lock.ts'

const dir = mkdtempSync(join(tmpdir(), 'pulse-leftovers-'))
afterAll(() => rmSync(dir, { recursive: true }))

const sleeper = () => Bun.spawn(['sleep', '60'])
const recorded = (pid: number, identity = processIdentity(pid)) => ({
  name: 'kafka',
  pid,
  identity,
  stopSignal: 'SIGTERM',
})

test('a process that a killed start left is ended', async () => {
  const left = sleeper()
  writeFileSync(join(dir, 'left.json'), JSON.stringify([recorded(left.pid)]))
  expect(await endLeftovers(join(dir, 'left.json'))).toEqual(['kafka'])
  await left.exited
  expect(left.signalCode).toBe('SIGTERM')
})

test('a process that only has the same id is left alone', async () => {
  const stranger = sleeper()
  writeFileSync(join(dir, 'other.json'), JSON.stringify([recorded(stranger.pid, 'boot/1')]))
  expect(await endLeftovers(join(dir, 'other.json'))).toEqual([])
  expect(processIdentity(stranger.pid)).toBeString()
  stranger.kill()
  await stranger.exited
})

test('a lock is refused while its owner lives and taken over when it is gone', async () => {
  const file = join(dir, 'start.lock')
  const owner = sleeper()
  writeFileSync(file, JSON.stringify({ pid: owner.pid, identity: processIdentity(owner.pid) }))
  expect(claimLock(file)).toMatchObject({ ok: false, owner: { pid: owner.pid } })
  owner.kill()
  await owner.exited
  const claimed = claimLock(file)
  expect(claimed.ok).toBe(true)
  if (claimed.ok) claimed.release()
})

test('a torn lock file counts as stale', () => {
  const file = join(dir, 'torn.lock')
  writeFileSync(file, '{"pid":1')
  expect(claimLock(file).ok).toBe(true)
})

test('a stale lock that cannot be set aside is refused in one sentence', () => {
  const file = join(dir, 'stuck.lock')
  writeFileSync(file, JSON.stringify({ pid: 0, identity: 'an earlier boot/1' }))
  // Root may rename anything but onto a folder.
  mkdirSync(`${file}.${process.pid}`)
  expect(() => claimLock(file)).toThrow(/stuck\.lock was left .+ cannot be removed \(EISDIR\)/)
})

test('who is refused is told what the lock is held for', () => {
  const file = join(dir, 'reset.lock')
  expect(claimLock(file, 'reset').ok).toBe(true)
  expect(lockOwner(file)).toMatchObject({ pid: process.pid, verb: 'reset' })
  expect(claimLock(file)).toMatchObject({ ok: false, owner: { verb: 'reset' } })
})

test('a lock appears with its whole content, and leaves nothing beside it', () => {
  const folder = join(dir, 'whole')
  mkdirSync(folder)
  expect(claimLock(join(folder, 'start.lock')).ok).toBe(true)
  expect(claimLock(join(folder, 'start.lock'))).toMatchObject({ owner: { pid: process.pid } })
  expect(readdirSync(folder)).toEqual(['start.lock'])
})
