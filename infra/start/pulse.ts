/** The order in which Pulse comes up: stores, schema and topics, services, sample events, the summary. */
import type { Steps } from '../bootstrap/step.mjs'
import { choosePorts, isPortFree } from '../ports.ts'
import { developmentApiKeys } from '../service.ts'
import type { Children } from './children.ts'
import { partsFrom, whyNoSamples } from './choose.ts'
import { withoutConnectionsOf } from './given.ts'
import { claimedIfFree } from './port-claims.ts'
import { publishRuntime, shownAddresses } from './runtime.ts'
import { awaitOutcomes, type SampleReport, sampleEvents, sendSamples } from './samples.ts'
import { startServices } from './services.ts'
import { startSettings } from './settings.ts'
import { type Own, planStores, prepareData, prepareStores, startStores } from './stores.ts'
import { summary, type Urls } from './summary.ts'

const preferredPorts = {
  postgres: 5432,
  redis: 6379,
  kafka: 9092,
  ingest: 8080,
  grpc: 9090,
  admin: 8081,
  processor: 8082,
}

export type Place = {
  readonly state: string
  readonly logs: string
  readonly cache: string
  readonly runtime: string
}

/** The second and later instances, with the port that each would have. */
const moreProcessors = (instances: number): Record<`processor-${number}`, number> =>
  Object.fromEntries(
    Array.from({ length: instances - 1 }, (_, at) => [
      `processor-${at + 2}`,
      preferredPorts.processor + at + 1,
    ]),
  )

/** Every process it spawns is in `children`, also when it fails half-way. Writes runtime.json. */
export async function bringPulseUp(place: Place, steps: Steps, children: Children): Promise<void> {
  const { processorInstances } = startSettings(process.env)
  const plan = await planStores(steps)
  await prepareStores(plan, place, steps)
  const more = moreProcessors(processorInstances)
  const ports = await choosePorts({ ...preferredPorts, ...more }, claimedIfFree(isPortFree))
  const own = await startStores(plan, place, ports, steps, children)
  await prepareData(plan, own, steps)

  const apiKeys = givenApiKeys() ? undefined : developmentApiKeys()
  const ownParts = (['kafka', 'postgres', 'redis'] as const).filter((part) => own[part])
  const environment = withoutConnectionsOf(ownParts, process.env)
  await startServices({ ...own, ports, apiKeys }, environment, place.logs, steps, children.add)

  const url = (port: number) => `http://127.0.0.1:${port}`
  const urls = {
    ingest: url(ports.ingest),
    grpc: `127.0.0.1:${ports.grpc}`,
    admin: url(ports.admin),
    processor: url(ports.processor),
  }
  const runtime = {
    ...{ ...urls, ...shownAddresses(own, plan.given) },
    processors: (['processor', ...Object.keys(more)] as (keyof typeof ports)[]).map((name) =>
      url(ports[name]),
    ),
    given: partsFrom(plan.from, 'given'),
    pids: children.pids(),
  }
  publishRuntime(place.runtime, runtime, apiKeys)
  const leftOut =
    whyNoSamples(plan.from, apiKeys !== undefined) ?? (await whyPaused(urls.processor))
  const report = leftOut ? { leftOut } : await showSamples(urls, own, steps)
  process.stdout.write(summary(report, urls, steps.paint))
}

const givenApiKeys = () => process.env.API_KEYS?.trim() || process.env.API_KEYS_FILE?.trim()

/** Nothing arrives while processors are paused, which outlives a restart. */
async function whyPaused(processor: string): Promise<string | undefined> {
  const ready = await (await fetch(`${processor}/ready`)).json()
  const { status, reasons } = ready as { status: string; reasons: string[] }
  if (status !== 'paused') return undefined
  return `left out: processors are ${reasons[0]}; bun run control resume lets them go on`
}

async function showSamples(urls: Urls, { postgres }: Own, steps: Steps): Promise<SampleReport> {
  if (!postgres) throw new Error('samples go only into a Postgres of our own')
  const samples = sampleEvents(crypto.randomUUID().slice(0, 8), new Date())
  const outcomes = await steps.run('samples', async () => {
    const refused = await sendSamples(urls.ingest, samples)
    const found = await awaitOutcomes(postgres, samples, refused)
    return { result: found, detail: `${found.length} of ${samples.length} accounted for` }
  })
  return { samples, outcomes }
}
