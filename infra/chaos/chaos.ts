/**
 * `bun run chaos`: own infrastructure in a throw-away directory, then one fault after another, and a table. Nothing of
 * it is left afterwards but the logs of faults that were not survived. Loopback only.
 */
import { copyFileSync, mkdirSync, rmSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { makeSteps, reportFailure } from '../bootstrap/step.mjs'
import { root } from '../bundle.ts'
import type { Fault } from './fault.ts'
import { faults } from './faults/all.ts'
import { readFlags } from './flags.ts'
import { type Pulse, startPulse } from './pulse.ts'
import { type Outcome, runFault, type Sending } from './run.ts'
import { type OwnStores, openStores } from './stores.ts'
import { tableOf } from './table.ts'
import { makeUndo } from './undo.ts'
import { exitCodeOf } from './verdict.ts'

const full = { rate: 200, secondsBefore: 4, secondsAfter: 8 }
const small = { rate: 100, secondsBefore: 2, secondsAfter: 4 }
const logs = join(root, '.pulse', 'logs', `chaos-${process.pid}`)
const steps = makeSteps(process.stderr)
const undo = makeUndo()

async function main(): Promise<number> {
  const wanted = readFlags(process.argv.slice(2), faults)
  if (wanted.is === 'help') {
    process.stdout.write(wanted.text)
    return 0
  }
  if (wanted.is === 'wrong') {
    process.stderr.write(`${wanted.problems.join('\n')}\n`)
    return 2
  }
  const interrupted = untilInterrupted()
  const stores = await openStores(logs, steps)
  let code = 1
  try {
    const sending = { ...(wanted.quick ? small : full), mode: wanted.mode }
    const running = runAll(wanted.faults, stores, sending)
    code = await Promise.race([running, interrupted])
  } catch (error) {
    reportFailure(process.stderr, error)
  }
  steps.mute()
  // What an interrupted fault has done is undone while the stores run; what it does meanwhile, behind them.
  const told = (error: unknown) => reportFailure(process.stderr, error)
  await undo.all().catch(told)
  // Services and the load generator end with this process, however it ends.
  await stores.remove()
  await undo.all().catch(told)
  if (code === 0) rmSync(logs, { recursive: true, force: true })
  else process.stderr.write(`Logs: ${logs}\n`)
  return code
}

async function runAll(
  chosen: readonly Fault[],
  stores: OwnStores,
  sending: Sending,
): Promise<number> {
  await stores.startAll()
  const outcomes: Outcome[] = []
  try {
    for (const fault of chosen)
      outcomes.push(await steps.run(fault.name, () => runOne(fault, stores, sending)))
  } finally {
    process.stdout.write(`${tableOf(outcomes)}\n`)
  }
  return exitCodeOf(outcomes)
}

async function runOne(fault: Fault, stores: OwnStores, sending: Sending) {
  if (fault.needsRoot && process.getuid?.() !== 0) {
    const leftOut = 'only root can do it'
    const result: Outcome = { fault, measured: undefined, problems: [], leftOut }
    return { result, detail: `left out: ${leftOut}` }
  }
  const deps = {
    ...{ stores, undo },
    startPulse: (of: Fault) => startPulse(stores, of),
    keepLogs: (pulse: Pulse) => keepLogs(fault, pulse),
  }
  const result = await runFault(fault, deps, sending)
  return { result, detail: result.problems.join('; ') || 'clean' }
}

/** In the order in which the processes were started. */
function keepLogs(fault: Fault, pulse: Pulse): void {
  const folder = join(logs, fault.name)
  mkdirSync(folder, { recursive: true })
  for (const [at, { name, log }] of pulse.logs.entries())
    copyFileSync(log, join(folder, `${at + 1}-${name}.log`))
}

/** Resolves with the exit code of the first signal (128 + n); later ones change nothing. */
function untilInterrupted(): Promise<number> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => resolve(128 + constants.signals[signal]))
  })
}

process.exit(await main())
