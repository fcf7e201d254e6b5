/**
 * `npm run reset [-- --yes]`: deletes what Kafka, Postgres and Redis of this clone hold, all three together. One without
 * the others would break the promise: a claim that answers "duplicate" for an event that is gone, a ledger that knows
 * keys of a topic that is not there. Given services are never touched. Refuses while Pulse runs.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { reportFailure } from './bootstrap/step.mjs'
import { root } from './bundle.ts'
import { projectOf } from './docker/compose.ts'
import { endLeftovers } from './start/children.ts'
import { clearStores, storesIn } from './start/clear.ts'
import { claimLock } from './start/lock.ts'

const state = join(root, '.pulse')

async function main(): Promise<number> {
  mkdirSync(join(state, 'logs'), { recursive: true })
  const lock = claimLock(join(state, 'start.lock'), 'reset')
  if (!lock.ok) {
    const { pid, verb } = lock.owner
    if (verb === 'reset') say(`Another \`npm run reset\` is running (process ${pid}).`)
    else say(`Pulse is running (process ${pid}): \`npm run stop\` first.`)
    return 1
  }
  try {
    await endLeftovers(join(state, 'children.json'))
    const stores = storesIn(state)
    if (stores.length === 0) {
      say('There is nothing to delete: Pulse has kept no data here.')
      return 0
    }
    say(`This deletes every event, dead letter, key and tenant that Pulse keeps in this clone:`)
    for (const { about } of stores) say(`  ${about}`)
    say('All of them together, because one without the others would break the promise.')
    say('What KAFKA_BROKERS, DATABASE_URL or REDIS_URL point to is not touched.')
    if (!(await agreed())) return 1
    await clearStores(stores, { logs: join(state, 'logs'), project: projectOf(root) })
    say(`Deleted: ${stores.map(({ name }) => name).join(', ')}.`)
    return 0
  } catch (error) {
    reportFailure(process.stdout, error)
    return 1
  } finally {
    lock.release()
  }
}

async function agreed(): Promise<boolean> {
  if (process.argv.includes('--yes')) return true
  if (!process.stdin.isTTY) {
    say('Nothing was deleted: there is nobody to ask. Run: npm run reset -- --yes')
    return false
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const answer = await terminal.question('Delete it? [y/N] ')
  terminal.close()
  const yes = /^y(es)?$/i.test(answer.trim())
  if (!yes) say('Nothing was deleted.')
  return yes
}

function say(sentence: string): void {
  process.stdout.write(`${sentence}\n`)
}

process.exit(
  await main().catch((error) => {
    reportFailure(process.stdout, error)
    return 1
  }),
)
