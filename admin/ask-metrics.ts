/** Asks a Pulse service for its metrics: `GET /metrics`. Bounds: 4 MiB of answer; the caller's signal is the deadline. */
import { type Metrics, readExposition } from './exposition.ts'
import { firstBytes } from './first-bytes.ts'
import { Unavailable } from './outage.ts'

export type AskMetrics = (signal: AbortSignal) => Promise<Metrics>

const MOST_BYTES = 4 * 1024 * 1024

/** `name` is what people call the service. */
export function makeAskMetrics(name: string, baseUrl: string): AskMetrics {
  const url = new URL('/metrics', baseUrl)
  return async (signal) => {
    const response = await fetch(url, { signal, redirect: 'error' })
    if (!response.ok)
      throw new Unavailable(`${name} does not tell its metrics (${response.status})`)
    return readExposition(await firstBytes(response, MOST_BYTES))
  }
}
