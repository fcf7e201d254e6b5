/** CPU seconds and memory of processes and what descends from them, and their open files. Linux only: read from /proc. */
import { readdirSync, readFileSync } from 'node:fs'
import { answerOf } from '../bootstrap/run.mjs'
import {
  busyTicksIn,
  familyOf,
  type ProcessTimes,
  residentIn,
  residentMiB,
  ticksOf,
  timesIn,
} from './proc-stat.ts'

/** By name. */
export type Pids = Readonly<Record<string, number>>
export type ByProcess = Readonly<Record<string, number>>

const ticksPerSecond = Number(answerOf('getconf', ['CLK_TCK']) ?? 100)

/** CPU seconds so far, user and system. */
export function cpuSeconds(pids: Pids): ByProcess {
  const all = readProcesses()
  return each(pids, (pid) => ticksOf(pid, all) / ticksPerSecond)
}

/** CPU seconds that everything on the machine has used so far. */
export const machineCpuSeconds = (): number =>
  busyTicksIn(readFileSync('/proc/stat', 'utf8')) / ticksPerSecond

/** Resident memory now, in MiB. */
export function memory(pids: Pids): ByProcess {
  const all = readProcesses()
  return each(pids, (pid) =>
    residentMiB(familyOf(pid, all).flatMap((member) => read(member, 'status', residentIn) ?? [])),
  )
}

/** Open file descriptors now, sockets among them, of each process itself. */
export const openFiles = (pids: Pids): ByProcess =>
  each(pids, (pid) => readdirSync(`/proc/${pid}/fd`).length)

/** Metrics `NAME PROCESS`, of how much each value grew, or of the values themselves. */
export const metricsOf = (name: string, values: ByProcess, scale = 1): Record<string, number> =>
  Object.fromEntries(Object.entries(values).map(([of, value]) => [`${name} ${of}`, value * scale]))

export const grown = (before: ByProcess, after: ByProcess): ByProcess =>
  Object.fromEntries(Object.entries(after).map(([of, value]) => [of, value - (before[of] ?? 0)]))

const each = (pids: Pids, value: (pid: number) => number): ByProcess =>
  Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, value(pid)]))

function readProcesses(): Map<number, ProcessTimes> {
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger)
  return new Map(pids.flatMap((pid) => read(pid, 'stat', (text) => [[pid, timesIn(text)]]) ?? []))
}

/** Undefined when the process has ended meanwhile. */
function read<T>(pid: number, file: string, parse: (text: string) => T): T | undefined {
  try {
    return parse(readFileSync(`/proc/${pid}/${file}`, 'utf8'))
  } catch {
    return undefined
  }
}
