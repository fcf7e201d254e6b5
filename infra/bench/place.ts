/**
 * Where a bench happens: a directory of the system's temporary folder, and every process that was started in it. Both
 * go when the bench ends; what a killed one left is removed by the next bench or test run.
 */
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeSteps, type Steps } from '../bootstrap/step.mjs'
import { root } from '../bundle.ts'
import type { Launched } from '../launch.ts'
import { removeCluster } from '../native/postgres-cluster.ts'
import { holdChildren } from '../start/children.ts'
import { claimLock } from '../start/lock.ts'
import { prefix, removeAbandoned } from '../test/abandoned.ts'

export type Place = {
  readonly dir: string
  readonly logs: string
  readonly steps: Steps
  /** To be told of every process that is started. */
  readonly spawned: (process: Launched) => void
  /** Of what runs, by name. */
  pids(): Readonly<Record<string, number>>
  /** Rejects when something that was started ends before the place is removed. */
  readonly broken: Promise<never>
  remove(options: { keepLogs: boolean }): Promise<void>
}

export async function openPlace(): Promise<Place> {
  await removeAbandoned()
  const dir = mkdtempSync(join(tmpdir(), prefix))
  claimLock(join(dir, 'owner.lock'))
  // The user that Postgres runs as has to pass through.
  chmodSync(dir, 0o711)
  const logs = join(root, '.pulse', 'logs', `bench-${process.pid}`)
  mkdirSync(logs, { recursive: true })
  const children = holdChildren(join(dir, 'children.json'))
  const steps = makeSteps(process.stderr)
  const broken = children.endedEarly.then(({ child }) => {
    throw new Error(`${child.name} ended during the bench: its log is ${child.log}`)
  })
  broken.catch(() => undefined) // told by whoever waits for it
  return {
    dir,
    logs,
    steps,
    spawned: children.add,
    pids: children.pids,
    broken,
    async remove({ keepLogs }) {
      steps.mute()
      await children.stopAll()
      removeCluster(join(dir, 'postgres'))
      rmSync(dir, { recursive: true, force: true })
      if (!keepLogs) rmSync(logs, { recursive: true, force: true })
    },
  }
}
