/** Every setting of `npm start` itself. */
import { type Config, integer, readSettings, setting } from '../../contracts/env.ts'

export const settings = {
  processorInstances: setting('PROCESSOR_INSTANCES', integer(1, 64), '1', {
    unit: 'processes, 1 to 64',
    reason: 'processors share the partitions; a second one pays where a core is idle',
  }),
} as const

/** Throws with every problem. */
export function startSettings(
  env: Readonly<Record<string, string | undefined>>,
): Config<typeof settings> {
  const read = readSettings(settings, env)
  if (read.ok) return read.config
  throw new Error(read.problems.join('\n'))
}
