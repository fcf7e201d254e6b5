/** The Pulse that is shown: where its parts are, and what its commands have to be told. */
import { readMetrics } from '../harness/metrics.ts'
import type { Environment } from '../service.ts'

export type ShownPulse = {
  readonly ingest: string
  readonly admin: string
  /** Every instance. */
  readonly processors: readonly string[]
  /** `host:port` */
  readonly kafka: string
  readonly redis: string
  readonly rawTopic: string
  /** Who sends. */
  readonly tenant: string
  readonly apiKey: string
  /** A file that says all this to `bun run produce`. */
  readonly runtimeFile: string
  /** For `bun run rewind`. */
  readonly environment: Environment
}

// biome-ignore lint/suspicious/noExplicitAny: an answer is looked into where it is shown
export type Json = any

export type Answer = { readonly status: number; readonly headers: Headers; readonly body: Json }

/** What is at a path of the admin, with the demonstration's tenant among the parameters. */
export async function ask(
  { admin, tenant }: ShownPulse,
  path: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const url = new URL(path, admin)
  url.search = String(new URLSearchParams({ tenant, ...parameters }))
  const answer = await fetch(url, { headers: { Accept: 'application/json' } })
  return { status: answer.status, headers: answer.headers, body: await answer.json() }
}

/** Posts an event to the front door, as the demonstration's tenant. */
export async function post(
  { ingest, apiKey }: ShownPulse,
  event: Json,
  idempotencyKey: string,
): Promise<Answer> {
  const answer = await fetch(`${ingest}/events`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'X-API-Key': apiKey,
      'Idempotency-Key': idempotencyKey,
    },
    body: JSON.stringify(event),
  })
  return { status: answer.status, headers: answer.headers, body: await answer.json() }
}

/** Records of all outcomes that are counted, by outcome: what Overview shows. */
export async function countsOf(pulse: ShownPulse): Promise<Json> {
  const { conservation } = (await ask(pulse, '/admin/overview')).body
  const { stored, duplicate, dead, skipped } = conservation
  return { stored, duplicate, dead, skipped }
}

/** What all processors have counted, in sum: each counts what its own partitions hold. */
export async function processorMetrics(pulse: ShownPulse): Promise<ReadonlyMap<string, number>> {
  const sums = new Map<string, number>()
  for (const metrics of await Promise.all(pulse.processors.map(readMetrics)))
    for (const [series, value] of metrics) sums.set(series, (sums.get(series) ?? 0) + value)
  return sums
}
