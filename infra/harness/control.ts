/** `bun run control` as a test runs it: against a topic of its own, with what it prints as JSON. */
import { root } from '../bundle.ts'
import { withoutServiceSettings } from '../test/addresses.ts'

export type Ran = { readonly code: number; readonly out: string; readonly err: string }

/** Runs the command to its end. `stdin` is what it may read, `env` what else it is told. */
export async function runControl(
  at: { readonly kafka: string; readonly topic: string },
  args: readonly string[],
  stdin = '',
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const child = Bun.spawn([process.execPath, 'admin/control/main.ts', ...args], {
    cwd: root,
    env: {
      ...withoutServiceSettings(process.env),
      KAFKA_BROKERS: at.kafka,
      KAFKA_CONTROL_TOPIC: at.topic,
      ...env,
    },
    stdin: new TextEncoder().encode(stdin),
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [code, out, err] = await Promise.all([
    child.exited,
    child.stdout.text(),
    child.stderr.text(),
  ])
  return { code, out, err }
}

/** A command that must succeed: its words as in a shell, its answer as JSON. */
export const openControl =
  (at: { readonly kafka: string; readonly topic: string }) =>
  // biome-ignore lint/suspicious/noExplicitAny: an answer is looked into by tests
  async (line: string, stdin?: string): Promise<any> => {
    const { code, out, err } = await runControl(at, [...line.split(' '), '--json'], stdin)
    if (code !== 0) throw new Error(`control ${line} ended with exit code ${code}: ${err}`)
    return JSON.parse(out)
  }
