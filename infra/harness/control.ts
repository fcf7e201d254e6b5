/** `bun run control` as a test runs it: against a topic of its own, with what it prints as JSON. */
import type { Environment } from '../service.ts'
import { type Ran, runCommand } from './command.ts'

/** Runs the command to its end. `stdin` is what it may read, `env` what else it is told. */
export const runControl = (
  at: { readonly kafka: string; readonly topic: string },
  args: readonly string[],
  stdin = '',
  env: Environment = {},
): Promise<Ran> =>
  runCommand(['admin/control/main.ts', ...args], {
    env: { KAFKA_BROKERS: at.kafka, KAFKA_CONTROL_TOPIC: at.topic, ...env },
    stdin,
  })

/** A command that must succeed: its words as in a shell, its answer as JSON. */
export const openControl =
  (at: { readonly kafka: string; readonly topic: string }) =>
  // biome-ignore lint/suspicious/noExplicitAny: an answer is looked into by tests
  async (line: string, stdin?: string): Promise<any> => {
    const { code, out, err } = await runControl(at, [...line.split(' '), '--json'], stdin)
    if (code !== 0) throw new Error(`control ${line} ended with exit code ${code}: ${err}`)
    return JSON.parse(out)
  }
