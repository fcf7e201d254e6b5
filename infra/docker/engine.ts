/** Whether Docker Compose can be used here, asked with a deadline; and running it, with its output in a log. */
import { execFile } from 'node:child_process'
import { runLogged, which } from '../bootstrap/run.mjs'
import type { Docker } from '../start/choose.ts'
import { type Compose, composeCommand, composeEnvironment } from './compose.ts'

/** What a question to Docker came to: its error output matters when it failed. */
export type Asked = { readonly ok: boolean; readonly said: string }

export async function askDocker(withinMs = 4_000): Promise<Docker> {
  if (!which('docker')) return judgeDocker(undefined, undefined)
  const [info, compose] = await Promise.all([
    ask(['info', '--format', '{{.ServerVersion}}'], withinMs),
    ask(['compose', 'version', '--short'], withinMs),
  ])
  return judgeDocker(info, compose)
}

/** Undefined: there is no such command. Pure. */
export function judgeDocker(info: Asked | undefined, compose: Asked | undefined): Docker {
  const no = (why: string, advice: string): Docker => ({ answers: false, why, advice })
  if (!info || !compose)
    return no(
      'there is no docker command.',
      'Install Docker with its Compose plugin, or leave PULSE_INFRA out for native processes.',
    )
  if (!info.ok && /permission denied/i.test(info.said))
    return no(
      'this user may not talk to its engine.',
      'Run: sudo usermod -aG docker "$USER", log in again, and repeat this.',
    )
  if (!info.ok)
    return no(
      'no Docker engine answers.',
      'Start it (Linux: sudo systemctl start docker; macOS and Windows: open Docker Desktop), or leave PULSE_INFRA out.',
    )
  if (!compose.ok)
    return no(
      'the Compose plugin is missing.',
      'Install it (docker compose version must answer), or leave PULSE_INFRA out for native processes.',
    )
  return { answers: true }
}

/** Runs one `docker compose` command to its end; throws a StepFailure with the log. */
export function runCompose(
  compose: Compose,
  args: readonly string[],
  { log, advice }: { log: string; advice?: string },
): Promise<void> {
  const [program, ...rest] = composeCommand(compose, args)
  const env = { ...process.env, ...composeEnvironment(compose) }
  return runLogged(program, rest, { log, env, ...(advice && { advice }) })
}

/** The names of containers in compose.yml that another project holds, and which one. */
export async function heldByOthers(names: readonly string[], project: string): Promise<string[]> {
  const format = '{{.Names}} {{.Label "com.docker.compose.project"}}'
  const { said } = await ask(['ps', '--all', '--format', format], 4_000)
  const rows = said.split('\n').map((line) => line.trim().split(' '))
  return rows.flatMap(([name = '', owner]) =>
    names.includes(name) && owner !== project ? [name] : [],
  )
}

function ask(args: readonly string[], withinMs: number): Promise<Asked> {
  return new Promise((resolve) => {
    execFile('docker', [...args], { timeout: withinMs, killSignal: 'SIGKILL' }, (error, out, err) =>
      resolve({ ok: error === null, said: `${out}${err}`.trim() }),
    )
  })
}
