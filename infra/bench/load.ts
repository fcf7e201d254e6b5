/**
 * The load generator, as a process of its own: the open-loop load that people run, without its audit. What it says is
 * read from its JSON.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bun } from '../bun.ts'
import { root } from '../bundle.ts'
import { runClient } from './client.ts'
import type { Place } from './place.ts'

export type Load = {
  /** Where ingest is, or what answers in its place; of gRPC its own address, as a URL. */
  readonly url: string
  readonly perSecond: number
  /** Until then, or until `maxEvents` were sent. */
  readonly seconds: number
  readonly maxEvents?: number
  /** Several events a request, or a message of a stream; one a request when left out. */
  readonly batches?: { readonly mode: Together; readonly size: number }
  /** Requests at once; as many as people have when left out. */
  readonly connections?: number
  /** CPU core to stay on. */
  readonly core?: number | undefined
}

/** The modes in which events go together. */
export type Together = 'batch' | 'ndjson' | 'websocket' | 'grpc'

/** In milliseconds, from the instant at which an event was due. */
type Latency = {
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly p999: number
  readonly max: number
}

export type Loaded = {
  readonly run: string
  /** Answered as they should be: with a 202. */
  readonly accepted: number
  /** Refused, failed, or never sent, because no connection was free for ten seconds. */
  readonly notAccepted: number
  readonly perSecond: number
  readonly requestsPerSecond: number
  readonly latency: Latency
  /** How late the generator itself was. */
  readonly sendLag: Latency
  readonly cpuSeconds: number
}

type Report = {
  readonly run: string
  readonly answeredPerSecond: number
  readonly requests: { readonly answeredPerSecond: number }
  readonly total: { readonly events: number; readonly success: number; readonly latency: Latency }
  readonly sendLag: Latency
}

/** Events that were not accepted are told, and have no latency; throws when none was. */
export async function load(place: Place, wanted: Load): Promise<Loaded> {
  const folder = join(place.dir, 'load')
  mkdirSync(folder, { recursive: true })
  const runtime = join(folder, 'runtime.json')
  writeFileSync(
    runtime,
    JSON.stringify({
      ...{ ingest: wanted.url, grpc: new URL(wanted.url).host },
      tenants: { tenant_load: 'key_load' },
    }),
  )
  const { perSecond, seconds, maxEvents, batches, connections, core } = wanted
  const flags = [
    ...[
      '--runtime',
      runtime,
      '--rps',
      perSecond,
      '--minutes',
      seconds / 60,
      '--json',
      '--no-audit',
    ],
    ...(maxEvents === undefined ? [] : ['--max-events', maxEvents]),
    ...(batches === undefined ? [] : ['--mode', batches.mode, '--batch-size', batches.size]),
    ...(connections === undefined ? [] : ['--connections', connections]),
  ]
  const script = join('loadgen', 'load.ts')
  const command = [...bun, script, ...flags.map(String)] as const
  const { output, cpuSeconds } = await runClient(place, command, { seconds, cwd: root, core })
  const { run, answeredPerSecond, requests, total, sendLag } = JSON.parse(output) as Report
  const { success: accepted, events } = total
  if (accepted === 0) throw new Error(`none of ${events} events was accepted: ${output}`)
  const notAccepted = events - accepted
  const { latency } = total
  const perSecondOf = {
    perSecond: answeredPerSecond,
    requestsPerSecond: requests.answeredPerSecond,
  }
  return { run, accepted, notAccepted, ...perSecondOf, latency, sendLag, cpuSeconds }
}
