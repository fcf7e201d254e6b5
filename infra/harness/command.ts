/** Pulse's own commands as a person runs them, with the environment that they are given and nothing of a developer's. */
import { bun } from '../bun.ts'
import { root } from '../bundle.ts'
import { withoutServiceSettings } from '../plain-environment.ts'
import type { Environment } from '../service.ts'

export type Ran = { readonly code: number; readonly out: string; readonly err: string }

export type Command = {
  readonly env?: Environment
  /** What it may read; nothing unless given. */
  readonly stdin?: string
}

/** A script of this Bun with its arguments. `ended` resolves with what it printed. */
export function startCommand(
  args: readonly [string, ...string[]],
  { env = {}, stdin = '' }: Command = {},
) {
  const child = Bun.spawn([...bun, ...args], {
    cwd: root,
    env: { ...withoutServiceSettings(process.env), ...env },
    stdin: new TextEncoder().encode(stdin),
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const ended: Promise<Ran> = Promise.all([
    child.exited,
    child.stdout.text(),
    child.stderr.text(),
  ]).then(([code, out, err]) => ({ code, out, err }))
  return { child, ended }
}

export const runCommand = (...of: Parameters<typeof startCommand>): Promise<Ran> =>
  startCommand(...of).ended
