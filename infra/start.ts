/**
 * `npm start`: everything Pulse needs, found, or brought up in order; sample events; then it stays until Ctrl-C or
 * SIGTERM, stops what it started, and nothing else. One at a time in a clone; its state is in `.pulse/`.
 */
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { makeSteps, reportFailure, StepFailure } from './bootstrap/step.mjs'
import { root } from './bundle.ts'
import { cacheFolder } from './folders.ts'
import { describeExit } from './launch.ts'
import { type Children, endLeftovers, holdChildren, isLogOfChild } from './start/children.ts'
import { claimLock, type Owner } from './start/lock.ts'
import { bringPulseUp } from './start/pulse.ts'
import { readRuntime } from './start/runtime.ts'

const state = join(root, '.pulse')
const place = {
  state,
  logs: join(state, 'logs'),
  cache: cacheFolder(),
  runtime: join(state, 'runtime.json'),
}
const steps = makeSteps(process.stdout)

async function main(): Promise<number> {
  mkdirSync(place.logs, { recursive: true })
  const lock = claimLock(join(state, 'start.lock'))
  if (!lock.ok) return alreadyRunning(lock.owner)
  const interrupted = untilInterrupted()
  await endLeftoversOfKilledStart()
  setPreviousLogsAside()
  const children = holdChildren(join(state, 'children.json'))
  const up = bringPulseUp(place, steps, children)
  try {
    await Promise.race([up, interrupted])
    const early = await Promise.race([children.endedEarly, interrupted])
    if (early) {
      const { child, exit } = early
      throw new StepFailure(`${child.name} ended by itself (${describeExit(exit)}).`, {
        log: child.log,
      })
    }
    return 0
  } catch (error) {
    reportFailure(process.stdout, error)
    return 1
  } finally {
    await stopAll(children)
    // What was still starting gives up now; it may have spawned a last process meanwhile.
    await up.catch(() => undefined)
    await children.stopAll()
    rmSync(place.runtime, { force: true })
    lock.release()
  }
}

/** Resolves at the first signal; later ones change nothing, the stop is under way. */
function untilInterrupted(): Promise<undefined> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => resolve(undefined))
    }
  })
}

function alreadyRunning({ pid, verb }: Owner): number {
  if (verb === 'reset') {
    process.stdout.write(
      `\`npm run reset\` is running here (process ${pid}): start again after it.\n`,
    )
    return 1
  }
  const runtime = readRuntime(place.runtime)
  const where = runtime ? `at ${runtime.admin}/` : 'and still starting'
  process.stdout.write(`Pulse is running already ${where} (process ${pid}).\n`)
  process.stdout.write('Stop it with Ctrl-C where it runs, or: npm run stop\n')
  return 1
}

async function endLeftoversOfKilledStart(): Promise<void> {
  const ended = await endLeftovers(join(state, 'children.json'))
  if (ended.length > 0) steps.line(`  ended what a killed start left: ${ended.join(', ')}`)
}

/** Each start begins the logs of what it starts anew, and keeps those of the start before. */
function setPreviousLogsAside(): void {
  for (const file of readdirSync(place.logs).filter(isLogOfChild)) {
    const log = join(place.logs, file)
    renameSync(log, log.replace(/log$/, 'previous.log'))
  }
}

async function stopAll(children: Children): Promise<void> {
  steps.mute()
  process.stdout.write('\n')
  await children.stopAll((name, ms) => {
    const took = `${(ms / 1000).toFixed(1)} s`.padStart(8)
    process.stdout.write(`${steps.paint.dim('■')} ${name.padEnd(11)} ${took}   stopped\n`)
  })
}

process.exit(
  await main().catch((error) => {
    reportFailure(process.stdout, error)
    return 1
  }),
)
