/**
 * Starts a program as a process of its own session: a terminal's Ctrl-C does not reach it, and whoever started it ends
 * it in the right order. Its output goes to a log file. It counts as started when `ready` says so, asked every 20 ms;
 * one that ends before that fails with the tail of its log.
 */
import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { which } from './bootstrap/run.mjs'
import { StepFailure } from './bootstrap/step.mjs'
import { portAnswers } from './ports.ts'

export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null }

export type Launched = {
  readonly name: string
  readonly pid: number
  readonly log: string
  readonly stopSignal: NodeJS.Signals
  /** Settles when the process has ended, for whatever reason. */
  readonly ended: Promise<Exit>
  /** Asks the process to end, insists after `graceMs` with SIGKILL, and resolves when it has. */
  stop(): Promise<void>
  kill(signal: NodeJS.Signals): void
}

/** A server that answers at `url`. */
export type Running = Launched & { readonly url: string }

export type Launch = {
  readonly name: string
  readonly command: readonly [string, ...string[]]
  readonly cwd?: string
  /** The whole environment; this process's own when it is left out. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly log: string
  /** One sentence on what to do when it does not start. */
  readonly advice?: string
  /** Where it will listen on loopback. Somebody else there would answer in its place, so that is an error. */
  readonly port?: number
  /** True once the process does its work. An exception counts as not yet. */
  readonly ready: () => Promise<boolean>
  readonly readyWithinMs?: number
  readonly stopSignal?: NodeJS.Signals
  readonly graceMs?: number
  /** Runs the program as this user; only root may ask for it. */
  readonly user?: string | undefined
  /** Told as soon as there is a process, before it is ready. */
  readonly spawned?: (process: Launched) => void
}

/** Starts the program and resolves once it is ready; otherwise ends it and throws a StepFailure with its log. */
export async function launch(options: Launch): Promise<Launched> {
  const { name, port, log, advice } = options
  if (port && (await portAnswers(port))) {
    throw new StepFailure(`${name} cannot start: port ${port} is taken.`, {
      advice: 'Run this again: it chooses another port.',
    })
  }
  const started = start(options)
  const deadline = performance.now() + (options.readyWithinMs ?? 60_000)
  let exit: Exit | undefined
  void started.ended.then((how) => {
    exit = how
  })
  while (!exit && performance.now() < deadline) {
    if (await options.ready().catch(() => false)) return started
    await pause(20)
  }
  const how = exit ? `ended while starting (${describeExit(exit)})` : 'did not become ready in time'
  await started.stop()
  throw new StepFailure(`${name} ${how}.`, { log, ...(advice && { advice }) })
}

export function describeExit({ code, signal }: Exit): string {
  return signal ? `signal ${signal}` : `exit code ${code}`
}

function start(options: Launch): Launched {
  const { name, log, stopSignal = 'SIGTERM', graceMs = 20_000 } = options
  const [program, ...args] = dressed(options.command, options.user, stopSignal)
  const file = openSync(log, 'a')
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...(options.env ?? process.env) },
    detached: true,
    stdio: ['ignore', file, file],
  })
  closeSync(file)
  const ended = new Promise<Exit>((resolve) => {
    child.once('error', () => resolve({ code: 127, signal: null }))
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
  if (child.pid === undefined) throw new StepFailure(`${program} could not be started.`, { log })
  const kill = (signal: NodeJS.Signals) => void child.kill(signal)
  const stop = async () => {
    kill(stopSignal)
    // A frozen process (SIGSTOP) acts on no other signal before it goes on.
    kill('SIGCONT')
    const insist = setTimeout(() => kill('SIGKILL'), graceMs)
    await ended
    clearTimeout(insist)
  }
  const launched = { name, pid: child.pid, log, stopSignal, ended, stop, kill }
  options.spawned?.(launched)
  return launched
}

/** The user comes first: changing it would clear the wish to die with the parent. */
function dressed(
  command: Launch['command'],
  user: string | undefined,
  stopSignal: NodeJS.Signals,
): [string, ...string[]] {
  const mortal = endsWithParent(command, stopSignal)
  return [...(user ? asUser(user) : []), ...mortal] as [string, ...string[]]
}

/**
 * Where the system can (Linux): the process gets `signal` when its parent dies, however that dies, so that nothing is
 * left behind. setpriv becomes the program, with its pid.
 */
export function endsWithParent(
  command: Launch['command'],
  signal: NodeJS.Signals,
): [string, ...string[]] {
  const wish = which('setpriv') ? ['setpriv', '--pdeathsig', signal.slice(3), '--'] : []
  return [...wish, ...command] as [string, ...string[]]
}

/** The words before a command that run it as another user. */
export function asUser(user: string): string[] {
  return ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--init-groups', '--']
}
