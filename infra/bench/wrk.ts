/** wrk with one thread, as a client that answers are measured with. */
import { join } from 'node:path'
import { answerOf, which } from '../bootstrap/run.mjs'
import { StepFailure } from '../bootstrap/step.mjs'
import { type Ran, runClient } from './client.ts'
import type { Place } from './place.ts'
import { readWrk, type WrkResult } from './wrk-output.ts'

export type WrkRun = {
  readonly url: string
  readonly connections: number
  readonly seconds: number
  /** In this folder; its arguments follow. */
  readonly script: string
  readonly args?: readonly string[]
  /** CPU core to stay on. */
  readonly core?: number | undefined
}

/** Undefined where it is not installed. */
export const findWrk = (): string | undefined => which('wrk')

export function requireWrk(): string {
  const wrk = findWrk()
  if (wrk) return wrk
  const advice = 'Install it: `apt-get install -y wrk`.'
  throw new StepFailure('This bench needs wrk, which is not there.', { advice })
}

/** It prints its version with its usage, and exits 1. */
export function wrkVersion(wrk: string): string {
  const shown = answerOf('sh', ['-c', `${wrk} --version || true`]) ?? ''
  return /wrk (?:debian\/)?(\S+)/.exec(shown)?.[1] ?? 'unknown'
}

/** Throws when an answer was no 2xx, or a connection failed. */
export async function runWrk(
  place: Place,
  wrk: string,
  { url, connections, seconds, script, args = [], core }: WrkRun,
): Promise<WrkResult & Pick<Ran, 'cpuSeconds'>> {
  const flags = ['--threads', '1', '--connections', connections, '--duration', `${seconds}s`]
  // An answer that is slow is a figure, not an error: wrk would call it one after two seconds.
  const how = ['--timeout', '60s', '--latency', '--script', join(import.meta.dirname, script), url]
  const more = args.length === 0 ? [] : ['--', ...args]
  const { output, cpuSeconds } = await runClient(
    place,
    [wrk, ...flags.map(String), ...how, ...more],
    { seconds, core },
  )
  return { ...readWrk(output), cpuSeconds }
}
