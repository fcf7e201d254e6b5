/** Which Pulse is shown: the one that `npm start` runs here, or one that was started for it. */
import { rawTopic } from '../../contracts/topics.ts'
import type { startPulse } from '../harness/pulse.ts'
import { stackEnvironment } from '../service.ts'
import { publishRuntime, type Runtime } from '../start/runtime.ts'
import type { ShownPulse } from './shown-pulse.ts'

export const shownTenant = 'tenant_a'

export type Found =
  | { readonly ok: true; readonly pulse: ShownPulse }
  | { readonly ok: false; readonly why: string }

/** What runs here; undefined when nothing answers. */
export async function runningPulse(runtime: Runtime, file: string): Promise<Found | undefined> {
  const answers = await fetch(`${runtime.admin}/admin/health`).then(
    ({ ok }) => ok,
    () => false,
  )
  if (!answers) return undefined
  const why = whyNotShown(runtime)
  if (why !== undefined) return { ok: false, why }
  const { ingest, admin, processors, kafka, redis, tenants } = runtime
  return {
    ok: true,
    pulse: {
      ...{ ingest, admin, processors, kafka, redis, rawTopic: rawTopic.name },
      ...{ tenant: shownTenant, apiKey: tenants[shownTenant] ?? '', runtimeFile: file },
      environment: { KAFKA_BROKERS: kafka },
    },
  }
}

/**
 * The demonstration pauses every processor, has the log read again from its beginning, and puts a record into it that is a
 * dead letter for ever: only what a start brought up itself is its to do that to.
 */
export function whyNotShown({ given, tenants }: Pick<Runtime, 'given' | 'tenants'>) {
  if (given.length > 0) return `${given.join(', ')} of the one that runs here was given to it`
  if (tenants[shownTenant] === undefined)
    return `the keys of the one that runs here were given to it, and ${shownTenant}'s is not known`
  return undefined
}

/** A Pulse of a test or of the demonstration itself. `folder` is for what its commands read. */
export function ownPulse(
  pulse: Awaited<ReturnType<typeof startPulse>>,
  at: { readonly kafka: string; readonly redis: string },
  folder: string,
): ShownPulse {
  const { ingest, processor, admin, topics, databaseUrl } = pulse
  const file = `${folder}/runtime.json`
  const processors = [processor.url]
  const urls = { ingest: ingest.url, admin: admin?.url ?? '', processors }
  const apiKey = 'key_a'
  const { kafka, redis } = at
  const addresses = { grpc: ingest.grpc, kafka, redis, postgres: databaseUrl }
  publishRuntime(
    file,
    { ...urls, ...addresses, processor: processor.url, given: [], pids: {} },
    `${shownTenant}:${apiKey},tenant_b:key_b`,
  )
  return {
    ...{ ...urls, kafka, redis, rawTopic: topics.raw },
    ...{ tenant: shownTenant, apiKey, runtimeFile: file },
    environment: stackEnvironment(kafka, topics),
  }
}
