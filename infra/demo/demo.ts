/**
 * `bun run demo`: seed 003's demonstration. On the Pulse that `npm start` runs here, when it runs: then every page can be
 * looked at afterwards. Else, or with `--own`, on one of its own in a throw-away directory. In a terminal it goes at a
 * pace that can be followed; `--fast` does not wait. Exit code: 0 when every check has passed.
 */
import { join } from 'node:path'
import { rawTopic } from '../../contracts/topics.ts'
import { makeSteps, reportFailure } from '../bootstrap/step.mjs'
import { root } from '../bundle.ts'
import { startPulse } from '../harness/pulse.ts'
import { publishRuntime, type Runtime, readRuntime } from '../start/runtime.ts'
import { testEnvironment } from '../test/addresses.ts'
import { openThrowAway } from '../test/throw-away.ts'
import { demonstrate } from './demonstrate.ts'
import type { ShownPulse } from './shown-pulse.ts'
import { openStage } from './stage.ts'

const tenant = 'tenant_a'
const args = process.argv.slice(2)
const runtimeFile = join(root, '.pulse', 'runtime.json')
const paceMs = process.stdout.isTTY && !args.includes('--fast') ? 700 : 0

async function main(): Promise<number> {
  const unknown = args.filter((arg) => !['--own', '--fast'].includes(arg))
  if (unknown.length > 0) {
    process.stderr.write(`${unknown.join(' ')} is not known. Flags: --own --fast\n`)
    return 2
  }
  const stage = openStage(process.stdout, { paceMs })
  const running = args.includes('--own') ? undefined : readRuntime(runtimeFile)
  const shown = running && (await shownOf(running))
  if (shown === undefined) return await onItsOwn(stage)
  const code = await demonstrate(shown, stage)
  stage.say(`Look around: ${shown.admin}/   the events are those of ${tenant}`)
  return code
}

/** What runs here, when it answers and its tenants are known. */
async function shownOf(runtime: Runtime): Promise<ShownPulse | undefined> {
  const answers = await fetch(`${runtime.admin}/admin/health`).then(
    ({ ok }) => ok,
    () => false,
  )
  const apiKey = runtime.tenants[tenant]
  if (!answers || apiKey === undefined) return undefined
  const { ingest, admin, processor, kafka, redis } = runtime
  const environment = { KAFKA_BROKERS: kafka }
  return {
    ...{ ingest, admin, processor, kafka, redis, rawTopic: rawTopic.name },
    ...{ tenant, apiKey, runtimeFile, environment },
  }
}

async function onItsOwn(stage: ReturnType<typeof openStage>): Promise<number> {
  // Later signals change nothing: what was brought up is being taken down.
  const interrupted = new Promise<number>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => resolve(130))
  })
  const place = await openThrowAway(makeSteps(process.stdout))
  const show = async () => {
    const at = await place.bringUp()
    Object.assign(process.env, testEnvironment(at))
    const pulse = await startPulse({ at, admin: true })
    try {
      return await demonstrate(ownPulse(pulse, at, place.temporary), stage)
    } finally {
      await pulse.stop()
    }
  }
  try {
    return await Promise.race([show(), interrupted])
  } finally {
    await place.remove({ keepLogs: false })
  }
}

/** A Pulse of a test or of the demonstration itself, as what is shown. `folder` is for what its commands read. */
export function ownPulse(
  pulse: Awaited<ReturnType<typeof startPulse>>,
  at: { readonly kafka: string; readonly redis: string },
  folder: string,
): ShownPulse {
  const { ingest, processor, admin, topics, databaseUrl } = pulse
  const file = join(folder, 'runtime.json')
  const urls = { ingest: ingest.url, processor: processor.url, admin: admin?.url ?? '' }
  const apiKey = 'key_a'
  const keys = `${tenant}:${apiKey},tenant_b:key_b`
  const { kafka, redis } = at
  const addresses = { grpc: ingest.grpc, kafka, redis, postgres: databaseUrl }
  publishRuntime(file, { ...urls, ...addresses, pids: {} }, keys)
  return {
    ...{ ...urls, kafka, redis, rawTopic: topics.raw },
    ...{ tenant, apiKey, runtimeFile: file },
    environment: {
      KAFKA_BROKERS: kafka,
      KAFKA_RAW_TOPIC: topics.raw,
      KAFKA_CONTROL_TOPIC: topics.control,
      KAFKA_GROUP: topics.group,
    },
  }
}

if (import.meta.main)
  process.exit(
    await main().catch((error) => {
      reportFailure(process.stdout, error)
      return 1
    }),
  )
