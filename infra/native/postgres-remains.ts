/**
 * What a Postgres that was killed leaves for a while: its sessions end when they have done what they were asked, and hold
 * its shared memory until then, with which no other server starts on its data.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { processIdentity } from '../process-identity.ts'

/**
 * Resolves once nobody holds the memory of the server that was killed on `data`, or after `withinMs`: the next one then says
 * who is in its way. At once where it lives, was shut down, or the system (not Linux) does not tell.
 */
export async function untilLetGo(data: string, withinMs = 30_000): Promise<void> {
  const memory = memoryOfKilled(data)
  const deadline = performance.now() + withinMs
  while (memory && holdersOf(memory) > 0 && performance.now() < deadline) await pause(20)
}

/** Its id, as the lock file tells, which goes with a shutdown: the process first, key and id of the memory in line 7. */
function memoryOfKilled(data: string): string | undefined {
  const lines = linesOf(join(data, 'postmaster.pid'))
  const memory = lines[6]?.trim().split(/\s+/)[1]
  return processIdentity(Number(lines[0])) ? undefined : memory
}

/** How many processes are attached to shared memory; proc_sysvipc(5). */
function holdersOf(memory: string): number {
  const [names = '', ...rows] = linesOf('/proc/sysvipc/shm')
  const at = (name: string) => names.trim().split(/\s+/).indexOf(name)
  const row = rows.map((row) => row.trim().split(/\s+/)).find((row) => row[at('shmid')] === memory)
  return Number(row?.[at('nattch')] ?? 0)
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch {
    return []
  }
}
