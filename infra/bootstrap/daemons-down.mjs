/**
 * No daemon starts because a package is installed: while the work is under way a policy says so, and no default Postgres
 * cluster is made. Both files go when the work ends, however it ends; what a kill -9 left is ours on the next run.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

const mark = '# Written by Pulse while it installs packages; it may be deleted.\n'

const policies = [
  {
    file: '/usr/sbin/policy-rc.d',
    text: `#!/bin/sh\n${mark}exit 101\n`,
    mode: 0o755,
  },
  {
    file: '/etc/postgresql-common/createcluster.d/pulse.conf',
    text: `${mark}create_main_cluster = false\n`,
    mode: 0o644,
  },
]

/**
 * Runs `work(signal)`: `signal` is aborted when this process is told to end, and the work has to end what it spawned.
 * A file that somebody else put there stays as it is.
 */
export async function whileDaemonsStayDown(work, files = policies) {
  const ours = files.filter(({ file, text }) => !existsSync(file) || holds(file, text))
  const interrupt = new AbortController()
  const stop = () => interrupt.abort()
  const undo = () => {
    for (const { file } of ours) rmSync(file, { force: true })
  }
  const leave = () => {
    stop()
    undo()
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  process.on('exit', leave)
  for (const signal of signals) process.on(signal, stop)
  try {
    for (const { file, text, mode } of ours) {
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, text, { mode })
    }
    return await work(interrupt.signal)
  } finally {
    undo()
    process.off('exit', leave)
    for (const signal of signals) process.off(signal, stop)
  }
}

const holds = (file, text) => readFileSync(file, 'utf8') === text
