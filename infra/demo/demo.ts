/**
 * `bun run demo`: seed 003's demonstration. On the Pulse that `npm start` runs here, when it runs and has brought up its
 * stores itself: then every page can be looked at afterwards. Else, or with `--own`, on one of its own in a throw-away
 * directory. In a terminal it goes at a pace that can be followed; `--fast` does not wait. Exit code: 0 when every check
 * has passed.
 */
import { join } from 'node:path'
import { makeSteps, reportFailure } from '../bootstrap/step.mjs'
import { root } from '../bundle.ts'
import { startPulse } from '../harness/pulse.ts'
import { readRuntime } from '../start/runtime.ts'
import { testEnvironment } from '../test/addresses.ts'
import { openThrowAway } from '../test/throw-away.ts'
import { demonstrate } from './demonstrate.ts'
import { openStage } from './stage.ts'
import { ownPulse, runningPulse, shownTenant } from './which-pulse.ts'

const args = process.argv.slice(2)
const runtimeFile = join(root, '.pulse', 'runtime.json')
const paceMs = process.stdout.isTTY && !args.includes('--fast') ? 700 : 0

async function main(): Promise<number> {
  const unknown = args.filter((arg) => !['--own', '--fast'].includes(arg))
  if (unknown.length > 0) {
    process.stderr.write(`${unknown.join(' ')} is not known. Flags: --own --fast\n`)
    return 2
  }
  const stage = openStage(process.stdout, { paceMs })
  const runtime = args.includes('--own') ? undefined : readRuntime(runtimeFile)
  const running = runtime && (await runningPulse(runtime, runtimeFile))
  if (running === undefined) return await onItsOwn(stage)
  if (!running.ok) {
    stage.say(`A Pulse of its own is shown, because ${running.why}`)
    return await onItsOwn(stage)
  }
  const code = await demonstrate(running.pulse, stage)
  stage.say(`Look around: ${running.pulse.admin}/   the events are those of ${shownTenant}`)
  return code
}

async function onItsOwn(stage: ReturnType<typeof openStage>): Promise<number> {
  // Later signals change nothing: what was brought up is being taken down.
  const interrupted = new Promise<number>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => resolve(130))
  })
  const place = await openThrowAway(makeSteps(process.stdout))
  const show = async () => {
    const at = await place.bringUp()
    Object.assign(process.env, testEnvironment(at))
    const pulse = await startPulse({ at, admin: true })
    try {
      return await demonstrate(ownPulse(pulse, at, place.temporary), stage)
    } finally {
      await pulse.stop()
    }
  }
  try {
    return await Promise.race([show(), interrupted])
  } finally {
    await place.remove({ keepLogs: false })
  }
}

process.exit(
  await main().catch((error) => {
    reportFailure(process.stdout, error)
    return 1
  }),
)
