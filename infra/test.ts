/**
 * `npm test`: Kafka, Postgres and Redis in a throw-away directory on free ports, then `bun test` with the given
 * arguments; all of it is gone afterwards, whatever happened. Addresses come from PULSE_TEST_* only: when all three are
 * set, the tests run against those. `--infrastructure-only` brings it up and prints them until Ctrl-C. `--postgres=18`
 * takes that major version of Postgres instead of the system's.
 */
import { constants } from 'node:os'
import { makeSteps, reportFailure } from './bootstrap/step.mjs'
import { givenAddresses, type TestAddresses, testEnvironment } from './test/addresses.ts'
import { runBunTest } from './test/bun-test.ts'
import { mayOpenPages } from './test/may-open-pages.ts'
import { openThrowAway } from './test/throw-away.ts'

const ofPostgres = '--postgres='
const given = process.argv.slice(2)
const infrastructureOnly = given.includes('--infrastructure-only')
const postgres = given.find((arg) => arg.startsWith(ofPostgres))?.slice(ofPostgres.length)
const args = given.filter((arg) => !arg.startsWith(ofPostgres))
const steps = makeSteps(process.stdout)

async function main(): Promise<number> {
  const interrupted = untilInterrupted()
  const addresses = givenAddresses(process.env)
  if (addresses && postgres) {
    process.stderr.write(`PULSE_TEST_POSTGRES is set: unset it to test on PostgreSQL ${postgres}\n`)
    return 2
  }
  if (addresses && !infrastructureOnly) return runBunTest(args, addresses, interrupted)
  const place = await openThrowAway(steps, { postgres, browser: mayOpenPages(args) })
  let code = 1
  try {
    const up = await Promise.race([place.bringUp(), interrupted])
    if (typeof up === 'number') code = up
    else if (infrastructureOnly) code = await hold(up, interrupted)
    else code = await runBunTest(args, up, interrupted, place.temporary)
  } catch (error) {
    reportFailure(process.stdout, error)
  }
  steps.mute()
  await place.remove({ keepLogs: code !== 0 })
  return code
}

/** Resolves with the exit code of the first signal (128 + n); later ones change nothing. */
function untilInterrupted(): Promise<number> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => resolve(128 + constants.signals[signal]))
    }
  })
}

async function hold(addresses: TestAddresses, interrupted: Promise<number>): Promise<number> {
  const lines = Object.entries(testEnvironment(addresses))
  const exports = lines.map(([name, value]) => `export ${name}=${value}`)
  process.stdout.write(`\n${exports.join('\n')}\n\nCtrl-C stops and deletes it.\n`)
  await interrupted
  return 0
}

process.exit(await main())
