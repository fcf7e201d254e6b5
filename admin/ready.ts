/**
 * Asks a Pulse service whether it is ready: `GET /ready`, 200 with an optional `degraded` list; anything else is not,
 * with optional `reasons`.
 * Bounds: 16 KiB of answer, 10 names of 64 characters, 3 reasons of 200; the caller's signal is the deadline.
 */
import { type } from 'arktype'
import { Unavailable } from './outage.ts'

export type Readiness = { readonly degraded: readonly string[] }
export type AskReady = (signal: AbortSignal) => Promise<Readiness>

const answer = type({ 'degraded?': 'string[]', 'reasons?': 'string[]' })
const MOST_BYTES = 16 * 1024

export function makeAskReady(name: string, baseUrl: string): AskReady {
  const url = new URL('/ready', baseUrl)
  return async (signal) => {
    const response = await fetch(url, { signal, redirect: 'error' })
    const text = await firstBytes(response)
    const read = answer(parsed(text))
    const { degraded = [], reasons = [] } = read instanceof type.errors ? {} : read
    if (response.status !== 200) throw new Unavailable(notReady(name, response.status, reasons))
    return { degraded: degraded.slice(0, 10).map((what) => what.slice(0, 64)) }
  }
}

function notReady(name: string, status: number, reasons: readonly string[]): string {
  const said = reasons.slice(0, 3).map((reason) => reason.slice(0, 200))
  return [`${name} is not ready (${status})`, ...said].join('; ')
}

async function firstBytes(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk)
    size += chunk.length
    if (size > MOST_BYTES) break
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}
