/**
 * Asks a Pulse service whether it is ready: `GET /ready`, 200 when it is, with optional lists of what it works without
 * (`degraded`), why it is not ready (`reasons`), which partitions it holds, and whether it is paused (`status`). What is
 * not of this shape is left out. Bounds: 16 KiB of answer, 10 names of 64 characters, 10 reasons of 200, 1000
 * partitions; the caller's signal is the deadline.
 */
import { type } from 'arktype'
import { firstBytes } from './first-bytes.ts'

export type Readiness = {
  /** Of the HTTP answer. */
  readonly status: number
  readonly degraded: readonly string[]
  readonly reasons: readonly string[]
  readonly partitions?: readonly number[]
  readonly paused?: boolean
}
export type AskReady = (signal: AbortSignal) => Promise<Readiness>

const answer = type({
  'degraded?': 'string[]',
  'reasons?': 'string[]',
  'partitions?': 'number.integer[]',
  'status?': 'string',
})
const MOST_BYTES = 16 * 1024

export function makeAskReady(baseUrl: string): AskReady {
  const url = new URL('/ready', baseUrl)
  return async (signal) => {
    const response = await fetch(url, { signal, redirect: 'error' })
    const read = answer(parsed(await firstBytes(response, MOST_BYTES)))
    const told: typeof answer.infer = read instanceof type.errors ? {} : read
    const { degraded = [], reasons = [], partitions, status } = told
    return {
      status: response.status,
      degraded: degraded.slice(0, 10).map((what) => what.slice(0, 64)),
      reasons: reasons.slice(0, 10).map((reason) => reason.slice(0, 200)),
      ...(partitions && { partitions: partitions.slice(0, 1000) }),
      ...(status === 'paused' && { paused: true }),
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}
