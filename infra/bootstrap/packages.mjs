/** Brings `node_modules` in line with `bun.lock`, and only when it is not: a stamp keeps the lock's hash. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runLogged } from './run.mjs'

export async function readyPackages({ root, logs }, bun, note) {
  const stamp = join(root, 'node_modules', '.pulse-lock')
  const hash = createHash('sha256')
    .update(readFileSync(join(root, 'bun.lock')))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return { detail: 'as in bun.lock' }
  note('bun install')
  // No install scripts: the only one that matters, the addon's, is a step of its own.
  const args = ['install', '--frozen-lockfile', '--ignore-scripts']
  await runLogged(bun, args, {
    cwd: root,
    log: join(logs, 'packages.log'),
    advice: 'If bun.lock is not in line with package.json, run `bun install` and commit it.',
  })
  writeFileSync(stamp, hash)
  return { detail: 'installed' }
}
