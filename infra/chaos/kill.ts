import type { Target, Victim } from './fault.ts'

/** Kills the victim with -9 and resolves when it is gone. */
export async function kill(target: Target, victim: Victim): Promise<void> {
  target.signal(victim, 'SIGKILL')
  await target.ended(victim)
}
