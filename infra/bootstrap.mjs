/**
 * From a bare clone to a running command, with nothing but Node: finds or installs Bun, the packages and the native
 * addon, then hands the terminal to Bun. Decides nothing about Pulse itself. Each step is skipped when it is done
 * already, so that a second run costs a fraction of a second. State lives in `.pulse/`.
 *
 *   node infra/bootstrap.mjs start | test [args…] | infra | verify | demo | demo:outage | stop | reset [--yes]
 */
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readyAddon } from './bootstrap/addon.mjs'
import { findBun, readyBun } from './bootstrap/bun.mjs'
import { handOver } from './bootstrap/hand-over.mjs'
import { readyPackages } from './bootstrap/packages.mjs'
import { checkFolder, checkNode } from './bootstrap/requirements.mjs'
import { makeSteps, reportFailure } from './bootstrap/step.mjs'

const verbs = {
  start: ['infra/start.ts'],
  test: ['infra/test.ts'],
  infra: ['infra/test.ts', '--infrastructure-only'],
  verify: ['run', 'verify'],
  demo: ['infra/demo/demo.ts'],
  'demo:outage': ['infra/demo/outage.ts'],
}

/** Verbs about what runs or is kept already: where no Bun is, nothing was ever started. */
const afterwards = { stop: ['infra/stop.ts'], reset: ['infra/reset.ts'] }

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '')
const [verb = '', ...args] = process.argv.slice(2)

async function main() {
  if (Object.hasOwn(afterwards, verb)) return runAfterwards(afterwards[verb])
  const command = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined
  if (!command) {
    process.stderr.write(
      `usage: node infra/bootstrap.mjs ${Object.keys({ ...verbs, ...afterwards }).join('|')} [args…]\n`,
    )
    return 2
  }
  process.chdir(root)
  const logs = join(root, '.pulse', 'logs')
  const cache = resolve(process.env.PULSE_CACHE_DIR || join(root, '.pulse', 'cache'))
  const steps = makeSteps(process.stdout)
  try {
    const place = { root, logs, cache }
    const bun = await steps.run('tools', async (note) => {
      const node = checkNode()
      for (const folder of [join(root, '.pulse'), logs, cache]) checkFolder(folder)
      const found = await readyBun(place, note)
      return { result: found.path, detail: `Node ${node}, Bun ${found.version}` }
    })
    await steps.run('packages', (note) => readyPackages(place, bun, note))
    await steps.run('addon', (note) => readyAddon(place, note))
    return await handOver(bun, [...command, ...args], { PULSE_CACHE_DIR: cache })
  } catch (error) {
    reportFailure(process.stderr, error)
    return 1
  }
}

async function runAfterwards(command) {
  process.chdir(root)
  const bun = findBun(root)
  if (bun) return await handOver(bun.path, [...command, ...args], {})
  process.stdout.write('Nothing is running here, and nothing was ever started.\n')
  return 0
}

process.exitCode = await main()
