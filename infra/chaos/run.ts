/** One fault, in the order in which things happen: Pulse, load, fault, recovery, drain and audit, a last look. */
import { setTimeout as pause } from 'node:timers/promises'
import type { LoadMode } from '../../contracts/load-modes.ts'
import { reasonOf } from '../../contracts/reason.ts'
import { until } from '../harness/until.ts'
import { type Part, parts } from '../parts.ts'
import { lookAfter } from './aftermath.ts'
import type { Fault, Target, Victim } from './fault.ts'
import { type Load, startLoad } from './load.ts'
import type { Pulse } from './pulse.ts'
import { awaitRecovery } from './recovery.ts'
import type { Stores } from './stores.ts'
import type { Undo } from './undo.ts'
import { type Measured, problemsOf } from './verdict.ts'

/** What is sent meanwhile. */
export type Sending = {
  readonly mode: LoadMode
  /** Events a second. */
  readonly rate: number
  readonly secondsBefore: number
  readonly secondsAfter: number
}

export type Outcome = {
  readonly fault: Fault
  /** Undefined when the run itself failed. */
  readonly measured: Measured | undefined
  readonly problems: readonly string[]
  /** Why it was not run at all. */
  readonly leftOut?: string
}

type Deps = {
  readonly stores: Stores
  /** For that fault alone: it is stopped in the end. */
  readonly startPulse: (fault: Fault) => Promise<Pulse>
  /** Empty; for what the fault does outside of its own Pulse. */
  readonly undo: Undo
  /** Called for a fault with problems. */
  readonly keepLogs: (pulse: Pulse) => void
}

const usualHoldMs = 3_000

/** Everything but the stores is new for each fault, and gone after it, however it went; the stores are whole again. */
export async function runFault(
  fault: Fault,
  { stores, startPulse, undo, keepLogs }: Deps,
  sending: Sending,
): Promise<Outcome> {
  const pulse = await startPulse(fault)
  const loads: Load[] = []
  let outcome: Outcome
  try {
    const measured = await measure(fault, sending, pulse, targetOf(pulse, stores, undo), loads)
    outcome = { fault, measured, problems: problemsOf(measured) }
  } catch (error) {
    outcome = { fault, measured: undefined, problems: [`could not be run: ${reasonOf(error)}`] }
  }
  if (outcome.problems.length > 0) keepLogs(pulse)
  const left = await failuresOf([
    () => Promise.all(loads.map((load) => load.end())),
    undo.all,
    stores.restore,
    pulse.stop,
  ])
  return { ...outcome, problems: [...outcome.problems, ...left] }
}

/** Every load that it starts is in `loads`, also when it throws. */
async function measure(
  fault: Fault,
  sending: Sending,
  pulse: Pulse,
  target: Target,
  loads: Load[],
): Promise<Measured> {
  const { mode, rate, secondsBefore, secondsAfter } = sending
  const holdMs = fault.holdMs ?? usualHoldMs
  const send = (audit: boolean) => {
    const seconds = secondsBefore + holdMs / 1000 + secondsAfter
    const load = startLoad({ runtime: pulse.runtime, rate, seconds, audit, mode })
    loads.push(load)
    return load.report
  }
  const loading = send(!fault.losesWhatWas)
  await Promise.race([storedAtLeast(pulse, rate * secondsBefore), loading.then(endedEarly)])
  await fault.apply(target)
  // How long it lasts is what the fault is, and no condition to wait for.
  await pause(holdMs)
  const healing = fault.heal(target)
  healing.catch(() => {}) // Awaited below; the recovery may take minutes until then.
  if (fault.recoversFrom !== 'heal') await healing
  const recovery = await awaitRecovery(pulse)
  await healing
  const during = await loading
  const [load, earlier] = fault.losesWhatWas ? [await send(true), during] : [during]
  const aftermath = await lookAfter(pulse, target.kafka, recovery.accepted)
  return { recoverySeconds: recovery.seconds, load, earlier, aftermath }
}

function endedEarly(): never {
  throw new Error('the load ended before the fault')
}

/** The load is under way: what it sent before the fault has mostly arrived. */
const storedAtLeast = ({ sql }: Pulse, rows: number) =>
  until(
    `${rows} events have an outcome`,
    async () => {
      const [row] = await sql<{ n: number }[]>`select count(*)::int as n from event_keys`
      // A part of the load is bad or repeated, and leaves no key.
      return (row?.n ?? 0) > 0.7 * rows
    },
    60_000,
  )

function targetOf(pulse: Pulse, stores: Stores, undo: Undo): Target {
  const isPart = (victim: Victim): victim is Part => (parts as readonly string[]).includes(victim)
  const process = (victim: Victim) =>
    isPart(victim) ? stores.process(victim) : pulse.process(victim)
  const kafka = stores.process('kafka').url
  return {
    signal(victim, signal) {
      if (!isPart(victim) && signal !== 'SIGSTOP' && signal !== 'SIGCONT') pulse.expectEnd(victim)
      process(victim).kill(signal)
    },
    ended: async (victim) => void (await process(victim).ended),
    start: (victim) => (isPart(victim) ? stores.start(victim) : pulse.start(victim)),
    forget: stores.forget,
    undo,
    proxy(link) {
      if (!pulse.proxy) throw new Error(`the fault does not name ${link} in its 'through'`)
      return pulse.proxy
    },
    sql: pulse.sql,
    database: pulse.database,
    topics: pulse.topics,
    kafka,
    redis: stores.process('redis').url,
    ingest: pulse.ingestUrl,
  }
}

/** Does all of it, in this order, and tells in words what could not be done. */
async function failuresOf(acts: readonly (() => Promise<unknown>)[]): Promise<string[]> {
  const failures: string[] = []
  for (const act of acts)
    await act().catch((error) => failures.push(`left behind: ${reasonOf(error)}`))
  return failures
}
