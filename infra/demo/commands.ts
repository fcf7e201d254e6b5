/** Pulse's own commands, run as a person would, with what they print as JSON. */
import { runCommand } from '../harness/command.ts'
import type { Environment } from '../service.ts'
import type { Json, ShownPulse } from './shown-pulse.ts'

/** One event that `bun run produce` sent. */
export type Produced = {
  readonly accepted: boolean
  readonly event: { readonly eventId: string; readonly eventType: string } & Readonly<
    Record<string, Json>
  >
  readonly answer: Json
}

export async function produce(
  { runtimeFile, tenant }: ShownPulse,
  ...args: string[]
): Promise<Produced[]> {
  const where = ['--runtime', runtimeFile, '--tenant', tenant, '--json']
  const out = await run(['loadgen/produce/main.ts', ...args, ...where], {})
  return out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

export const rewind = async ({ environment }: ShownPulse, ...args: string[]): Promise<Json> =>
  JSON.parse(await run(['admin/rewind/main.ts', ...args, '--json'], environment))

/** What it printed; throws with what it said when its exit code is not 0. */
async function run(args: readonly [string, ...string[]], env: Environment): Promise<string> {
  const { code, out, err } = await runCommand(args, { env })
  if (code !== 0) throw new Error(`${args[0]} ended with exit code ${code}: ${err || out}`)
  return out
}
