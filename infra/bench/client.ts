/** Runs a program that makes load, to its end: what it printed, and what it cost. */
import { join } from 'node:path'
import { StepFailure } from '../bootstrap/step.mjs'
import { endsWithParent, type Launch } from '../launch.ts'
import { withoutServiceSettings } from '../plain-environment.ts'
import type { Place } from './place.ts'

type Command = Launch['command']
type Options = {
  readonly seconds: number
  readonly cwd?: string
  readonly core?: number | undefined
}
export type Ran = { readonly output: string; readonly cpuSeconds: number }

/** For what a client does before and after its load: one that hangs is ended. */
const moreMs = 120_000

/** `seconds` is how long its load lasts. */
export async function runClient(
  place: Place,
  command: Command,
  { seconds, cwd = place.dir, core }: Options,
): Promise<Ran> {
  const log = join(place.logs, 'client.log')
  const client = Bun.spawn(endsWithParent(onCore(core, command), 'SIGTERM'), {
    cwd,
    env: withoutServiceSettings(process.env),
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: Bun.file(log),
    timeout: 1000 * seconds + moreMs,
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
