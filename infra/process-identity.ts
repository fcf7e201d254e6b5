/**
 * Who a process id belongs to: the system reuses ids, so an id alone names nobody. The identity is the boot and the
 * start time; two processes never share both.
 */
import { readFileSync } from 'node:fs'
import { answerOf } from './bootstrap/run.mjs'

/** The identity of a living process; undefined when there is none (a zombie is not living). */
export function processIdentity(pid: number): string | undefined {
  return process.platform === 'linux'
    ? identityFromProc(pid)
    : answerOf('ps', ['-o', 'lstart=', '-p', String(pid)])
}

function identityFromProc(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const startedAt = startTime(readFileSync(`/proc/${pid}/stat`, 'utf8'))
    return startedAt && `${boot}/${startedAt}`
  } catch {
    return undefined
  }
}

/**
 * Field 22 of proc_pid_stat(5), in ticks since boot; undefined for a zombie. The name in field 2 may hold spaces and
 * parentheses, so fields are counted from its end.
 */
export function startTime(stat: string): string | undefined {
  const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return state === 'Z' || state === 'X' ? undefined : rest[18]
}
