/**
 * The processes that one start brought up: written to a file as they are spawned, so that the next start can end what
 * a killed one left, and stopped in a fixed order, each after the one before it.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import type { Exit, Launched } from '../launch.ts'
import { processIdentity } from '../process-identity.ts'

/** Front door first, so that nothing new comes in; stores last, so that what came in is kept. */
export const stopOrder = [
  'ingest',
  'processor',
  'admin',
  'kafka',
  'redis',
  'postgres',
  'docker',
] as const

type Recorded = { name: string; pid: number; identity: string; stopSignal: NodeJS.Signals }

export type Children = ReturnType<typeof holdChildren>

export function holdChildren(file: string) {
  const held = new Map<string, Launched>()
  const early = Promise.withResolvers<{ child: Launched; exit: Exit }>()
  let stopping = false

  const save = () => writeFileSync(file, JSON.stringify([...held.values()].map(record), null, 2))
  /** A process that is spawned after the stop began is stopped at once. */
  const add = (child: Launched) => {
    held.set(child.name, child)
    save()
    if (stopping) void child.stop()
    void child.ended.then((exit) => {
      held.delete(child.name)
      save()
      if (!stopping) early.resolve({ child, exit })
    })
  }
  const stopAll = async (stopped: (name: string, ms: number) => void = () => {}) => {
    stopping = true
    for (const name of inStopOrder([...held.keys()])) {
      const startedAt = performance.now()
      await held.get(name)?.stop()
      stopped(name, performance.now() - startedAt)
    }
  }
  const pids = () => Object.fromEntries([...held.values()].map(({ name, pid }) => [name, pid]))
  return { add, stopAll, pids, endedEarly: early.promise }
}

/** Ends what a killed start left behind and returns the names. Processes that only share an id are left alone. */
export async function endLeftovers(file: string, graceMs = 20_000): Promise<string[]> {
  const recorded = readRecorded(file).filter(isStillThere)
  const byName = new Map(recorded.map((child) => [child.name, child]))
  const ended = inStopOrder([...byName.keys()])
  for (const name of ended) {
    const child = byName.get(name)
    if (child) await end(child, graceMs)
  }
  return ended
}

/** Names of the processes that a start has running, in the order in which it will stop them. */
export function recordedNames(file: string): string[] {
  return inStopOrder(readRecorded(file).map(({ name }) => name))
}

/** One of several instances, `processor-2`, goes with the first. */
export function inStopOrder(names: readonly string[]): string[] {
  const place = (name: string) => {
    const index = placeOf(name)
    return index < 0 ? stopOrder.length : index
  }
  return [...names].sort((a, b) => place(a) - place(b))
}

/** Whether a file holds the log of a process that a start has spawned; not of the start before. */
export const isLogOfChild = (file: string): boolean =>
  file.endsWith('.log') && placeOf(file.slice(0, -'.log'.length)) >= 0

const placeOf = (name: string): number =>
  (stopOrder as readonly string[]).indexOf(name.replace(/-\d+$/, ''))

async function end(child: Recorded, graceMs: number): Promise<void> {
  process.kill(child.pid, child.stopSignal)
  const deadline = performance.now() + graceMs
  while (isStillThere(child) && performance.now() < deadline) await pause(20)
  if (isStillThere(child)) process.kill(child.pid, 'SIGKILL')
  while (isStillThere(child)) await pause(20)
}

const isStillThere = (child: Recorded) => processIdentity(child.pid) === child.identity

function record({ name, pid, stopSignal }: Launched): Recorded {
  return { name, pid, identity: processIdentity(pid) ?? 'gone', stopSignal }
}

function readRecorded(file: string): Recorded[] {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return []
  }
}
