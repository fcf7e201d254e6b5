import { afterAll, beforeEach, expect, test } from 'bun:test'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../harness/until.ts'
import { processIdentity } from '../process-identity.ts'
import { whileDaemonsStayDown } from './daemons-down.mjs'

const dir = mkdtempSync(join(tmpdir(), 'pulse-policy-'))
const policy = { file: join(dir, 'sbin', 'policy-rc.d'), text: 'exit 101\n', mode: 0o755 }
beforeEach(() => rmSync(join(dir, 'sbin'), { recursive: true, force: true }))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const left = (text: string) => {
  mkdirSync(join(dir, 'sbin'))
  writeFileSync(policy.file, text)
}

test('the policy is there while packages are installed, and gone when that fails', async () => {
  let during = ''
  const failing = whileDaemonsStayDown(async () => {
    during = readFileSync(policy.file, 'utf8')
    throw new Error('no network')
  }, [policy])
  await expect(failing).rejects.toThrow('no network')
  expect(during).toBe(policy.text)
  expect(existsSync(policy.file)).toBe(false)
})

test('a policy of our own that a killed run left is removed', async () => {
  left(policy.text)
  await whileDaemonsStayDown(async () => undefined, [policy])
  expect(existsSync(policy.file)).toBe(false)
})

test("somebody else's policy stays as it is", async () => {
  left('exit 0\n')
  await whileDaemonsStayDown(async () => undefined, [policy])
  expect(readFileSync(policy.file, 'utf8')).toBe('exit 0\n')
})

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s ends the installer and what it started, then removes the policy',
  async (signal) => {
    const pids = join(dir, `${signal}.pids`)
    const script = `
      import { whileDaemonsStayDown } from '${join(import.meta.dir, 'daemons-down.mjs')}'
      import { runLogged } from '${join(import.meta.dir, 'run.mjs')}'
      const log = '${join(dir, 'apt.log')}'
      const apt = ['-c', 'sleep 60 & echo $$ $! > ${pids}.new; mv ${pids}.new ${pids}; wait']
      await whileDaemonsStayDown(
        (interrupted) => runLogged('sh', apt, { log, interrupted }),
        [${JSON.stringify(policy)}],
      ).catch(() => process.exit(7))`
    const install = Bun.spawn(['node', '--input-type=module', '-e', script])
    await until('the installer runs', async () => existsSync(pids), 10_000)
    expect(existsSync(policy.file)).toBe(true)
    install.kill(signal)
    expect(await install.exited).toBe(7)
    expect(existsSync(policy.file)).toBe(false)
    for (const pid of readFileSync(pids, 'utf8').trim().split(' ').map(Number))
      await until('it has ended', async () => processIdentity(pid) === undefined, 5_000)
  },
)
