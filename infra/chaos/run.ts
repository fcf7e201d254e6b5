/** One fault, in the order in which things happen: Pulse, load, fault, recovery, drain and audit, a last look. */
import { setTimeout as pause } from 'node:timers/promises'
import { until } from '../harness/until.ts'
import { type Part, parts } from '../parts.ts'
import { lookAfter } from './aftermath.ts'
import type { Fault, Target, Victim } from './fault.ts'
import { type LoadReport, runLoad } from './load.ts'
import { type Pulse, startPulse } from './pulse.ts'
import { awaitRecovery } from './recovery.ts'
import type { Stores } from './stores.ts'
import { type Measured, problemsOf } from './verdict.ts'

/** What is sent meanwhile. */
export type Sending = {
  /** A mode of the load generator. */
  readonly mode: string
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
}

const usualHoldMs = 3_000

/** Everything but the stores is new for each fault, and gone after it. `keepLogs` is called for a fault with problems. */
export async function runFault(
  fault: Fault,
  stores: Stores,
  sending: Sending,
  keepLogs: (pulse: Pulse) => void,
): Promise<Outcome> {
  const pulse = await startPulse(stores, fault)
  const target = targetOf(pulse, stores)
  const holdMs = fault.holdMs ?? usualHoldMs
  const seconds = sending.secondsBefore + holdMs / 1000 + sending.secondsAfter
  const loadOf = (audit: boolean) =>
    runLoad({ runtime: pulse.runtime, rate: sending.rate, seconds, audit, mode: sending.mode })
  try {
    const loading = loadOf(!fault.losesWhatWas)
    loading.catch(() => {}) // Awaited below; until then something else may fail first.
    await storedAtLeast(pulse, sending.rate * sending.secondsBefore)
    await fault.apply(target)
    // How long it lasts is what the fault is, and no condition to wait for.
    await pause(holdMs)
    const healing = fault.heal(target)
    if (fault.recoversFrom !== 'heal') await healing
    const recovery = await awaitRecovery(pulse)
    await healing
    const during = await loading
    const load: LoadReport = fault.losesWhatWas ? await loadOf(true) : during
    const aftermath = await lookAfter(pulse, target.kafka, recovery.accepted)
    const measured = { recoverySeconds: recovery.seconds, load, aftermath }
    const problems = problemsOf(measured)
    if (problems.length > 0) keepLogs(pulse)
    return { fault, measured, problems }
  } catch (error) {
    keepLogs(pulse)
    const { message } = error instanceof Error ? error : new Error(String(error))
    return { fault, measured: undefined, problems: [`could not be run: ${message}`] }
  } finally {
    await restoreStores(stores)
    await pulse.stop()
  }
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

function targetOf(pulse: Pulse, stores: Stores): Target {
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

/** A fault that failed half-way leaves no frozen store to the next one. */
async function restoreStores(stores: Stores): Promise<void> {
  for (const part of parts) stores.process(part).kill('SIGCONT')
}
