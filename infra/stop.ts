/**
 * `npm run stop`: ends the start of this clone that is running, from another terminal, and waits until everything it
 * started has stopped. That nothing runs is no error.
 */
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { root } from './bundle.ts'
import { processIdentity } from './process-identity.ts'
import { endLeftovers, recordedNames } from './start/children.ts'
import { lockOwner } from './start/lock.ts'

/** Longer than any server's own grace. */
const patienceMs = 120_000
const state = join(root, '.pulse')
const children = join(state, 'children.json')

async function main(): Promise<number> {
  const owner = lockOwner(join(state, 'start.lock'))
  if (!owner) return sayWhatWasLeft(await endLeftovers(children))
  if (owner.verb === 'reset')
    return say(
      `\`npm run reset\` is running (process ${owner.pid}): it is not stopped half-way.`,
      1,
    )
  const names = recordedNames(children)
  try {
    process.kill(owner.pid, 'SIGTERM')
  } catch {
    return say(`Pulse runs as process ${owner.pid}, which this user may not stop.`, 1)
  }
  const deadline = performance.now() + patienceMs
  while (processIdentity(owner.pid) === owner.identity) {
    if (performance.now() > deadline)
      return say(`Process ${owner.pid} is still stopping; its logs are in .pulse/logs/.`, 1)
    await pause(50)
  }
  // Nothing, unless it was killed meanwhile.
  await endLeftovers(children)
  return say(`Stopped: ${names.join(', ') || 'a start that had started nothing yet'}.`, 0)
}

function sayWhatWasLeft(ended: readonly string[]): number {
  return ended.length > 0
    ? say(`Nothing was running; ended what a killed start left: ${ended.join(', ')}.`, 0)
    : say('Nothing is running here.', 0)
}

function say(sentence: string, code: number): number {
  process.stdout.write(`${sentence}\n`)
  return code
}

process.exit(await main())
