/** Open file descriptors of processes, sockets among them. Linux only: read from /proc. */
import { readdirSync } from 'node:fs'
import type { ByProcess, Pids } from './processes.ts'

/** Of each process itself, without what descends from it. */
export const openFiles = (pids: Pids): ByProcess =>
  Object.fromEntries(
    Object.entries(pids).map(([name, pid]) => [name, readdirSync(`/proc/${pid}/fd`).length]),
  )
