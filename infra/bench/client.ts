/** Runs a program that makes load, to its end: what it printed, and what it cost. */
import { join } from 'node:path'
import { StepFailure } from '../bootstrap/step.mjs'
import { endsWithParent, type Launch } from '../launch.ts'
import { withoutServiceSettings } from '../plain-environment.ts'
import type { Place } from './place.ts'

type Command = Launch['command']
export type Ran = { readonly output: string; readonly cpuSeconds: number }

/** Longer than any run: a client that hangs is ended. */
const deadlineMs = 180_000

export async function runClient(
  place: Place,
  command: Command,
  { cwd = place.dir, core }: { cwd?: string; core?: number | undefined } = {},
): Promise<Ran> {
  const log = join(place.logs, 'client.log')
  const client = Bun.spawn(endsWithParent(onCore(core, command), 'SIGTERM'), {
    cwd,
    env: withoutServiceSettings(process.env),
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: Bun.file(log),
    timeout: deadlineMs,
  })
  const output = await new Response(client.stdout).text()
  const code = await client.exited
  if (code !== 0) throw new StepFailure(`${command[0]} ended with ${code}: ${output}`, { log })
  const used = client.resourceUsage()?.cpuTime.total ?? 0n
  return { output, cpuSeconds: Number(used) / 1e6 }
}

/** The command, kept on one CPU core when there is one given. */
export function onCore(core: number | undefined, command: Command): Command {
  return core === undefined ? command : ['taskset', '--cpu-list', String(core), ...command]
}
