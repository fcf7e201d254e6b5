import { afterAll, beforeEach, expect, test } from 'bun:test'
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { processIdentity } from '../process-identity.ts'
import { prefix, removeAbandoned } from './abandoned.ts'

const base = mkdtempSync(join(tmpdir(), 'pulse-abandoned-'))
const folder = join(base, 'tmp')
beforeEach(() => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
})
afterAll(() => rmSync(base, { recursive: true, force: true }))

const gone = { pid: 0, identity: 'an earlier boot/1' }
const anAbandonedRun = (dir: string, children: object[] = []) => {
  mkdirSync(dir)
  writeFileSync(join(dir, 'owner.lock'), JSON.stringify(gone))
  writeFileSync(join(dir, 'children.json'), JSON.stringify(children))
  return dir
}

test('a run whose process is gone is removed', async () => {
  const dir = anAbandonedRun(join(folder, `${prefix}a`))
  await removeAbandoned(folder)
  expect(existsSync(dir)).toBe(false)
})

test('a link to a folder is not followed', async () => {
  const elsewhere = anAbandonedRun(join(base, 'elsewhere'))
  mkdirSync(join(elsewhere, 'postgres'))
  symlinkSync(elsewhere, join(folder, `${prefix}link`))
  await removeAbandoned(folder)
  expect(existsSync(join(elsewhere, 'postgres'))).toBe(true)
})

test.skipIf(process.getuid?.() !== 0)('what another user wrote ends no process', async () => {
  const victim = Bun.spawn(['sleep', '60'])
  const identity = processIdentity(victim.pid)
  const child = { name: 'kafka', pid: victim.pid, identity, stopSignal: 'SIGKILL' }
  const dir = anAbandonedRun(join(folder, `${prefix}forged`), [child])
  chownSync(dir, 65534, 65534)
  await removeAbandoned(folder)
  expect(processIdentity(victim.pid)).toBe(identity)
  expect(existsSync(dir)).toBe(true)
  victim.kill()
  await victim.exited
})

test('a run that cannot be removed does not keep the next from being removed', async () => {
  const torn = anAbandonedRun(join(folder, `${prefix}0`))
  rmSync(join(torn, 'children.json'))
  mkdirSync(join(torn, 'postgres'))
  mkdirSync(join(torn, 'postgres', 'elsewhere'))
  const next = anAbandonedRun(join(folder, `${prefix}1`))
  await removeAbandoned(folder)
  expect(existsSync(next)).toBe(false)
})
