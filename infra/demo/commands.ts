/** Pulse's own commands, run as a person would, with what they print as JSON. */
import { bun } from '../bun.ts'
import { root } from '../bundle.ts'
import type { Environment } from '../service.ts'
import { withoutServiceSettings } from '../test/addresses.ts'
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
async function run(args: readonly string[], env: Environment): Promise<string> {
  const child = Bun.spawn([...bun, ...args], {
    cwd: root,
    env: { ...withoutServiceSettings(process.env), ...env },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [out, err, code] = await Promise.all([
    child.stdout.text(),
    child.stderr.text(),
    child.exited,
  ])
  if (code !== 0) throw new Error(`${args[0]} ended with exit code ${code}: ${err || out}`)
  return out
}
