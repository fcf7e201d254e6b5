/**
 * `npm run demo:outage`: stops the processor under load, shows the lag grow, starts it again, shows it drain, and lets
 * the load generator audit what became of every event. On a Pulse of its own, in a throw-away directory.
 * Exit code: the audit's.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { makeSteps, reportFailure } from '../bootstrap/step.mjs'
import { bun } from '../bun.ts'
import { root } from '../bundle.ts'
import { type Pulse, startPulse } from '../harness/pulse.ts'
import { until } from '../harness/until.ts'
import { endsWithParent } from '../launch.ts'
import { withoutServiceSettings } from '../plain-environment.ts'
import { publishRuntime } from '../start/runtime.ts'
import { testEnvironment } from '../test/addresses.ts'
import { openThrowAway } from '../test/throw-away.ts'

const rate = 200
const seconds = 12
const apiKeys = 'tenant_load:key_load:unlimited'
const say = (line: string) => process.stdout.write(`${line}\n`)

async function main(): Promise<number> {
  // Later signals change nothing: what was brought up is being taken down.
  const interrupted = new Promise<number>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => resolve(130))
  })
  const place = await openThrowAway(makeSteps(process.stdout))
  try {
    return await Promise.race([demonstrate(place), interrupted])
  } catch (error) {
    reportFailure(process.stdout, error)
    return 1
  } finally {
    await place.remove({ keepLogs: false })
  }
}

async function demonstrate(place: Awaited<ReturnType<typeof openThrowAway>>): Promise<number> {
  const at = await place.bringUp()
  Object.assign(process.env, testEnvironment(at))
  const pulse = await startPulse({ at, apiKeys, admin: true })
  try {
    return await outage(pulse, at, place.temporary)
  } finally {
    await pulse.stop()
  }
}

async function outage(
  pulse: Pulse,
  at: { kafka: string; redis: string },
  folder: string,
): Promise<number> {
  const admin = pulse.admin?.url ?? ''
  const runtimeFile = join(folder, 'runtime.json')
  const addresses = { ...at, postgres: pulse.databaseUrl, admin, given: [], pids: {} }
  const { url, grpc } = pulse.ingest
  const { url: processor } = pulse.processor
  const urls = { ingest: url, grpc, processor, processors: [processor] }
  publishRuntime(runtimeFile, { ...addresses, ...urls }, apiKeys)

  say(`\nThe processor stops, and ${rate} events a second go on arriving for ${seconds} s:`)
  await pulse.processor.stop()
  const load = startLoad(runtimeFile)
  for (let second = 1; second <= seconds; second++) {
    await Bun.sleep(1000) // the pace of what is shown; nothing depends on it
    say(`  ${String(second).padStart(2)} s   lag ${await lagOf(admin)}`)
  }

  say('\nThe processor starts again:')
  const began = performance.now()
  const since = () => ((performance.now() - began) / 1000).toFixed(1).padStart(4)
  await pulse.startProcessor()
  let shown = ''
  await until(
    'nothing is left to store',
    async () => {
      const lag = await lagOf(admin)
      if (lag !== shown) say(`  ${since()} s   lag ${lag}`)
      shown = lag
      return lag.trim() === '0'
    },
    60_000,
  )

  say('\nWhat became of every event:')
  const code = await load.ended
  say(load.output())
  return code
}

/** Log end minus what is counted in Postgres, as the Pipeline page tells it. */
async function lagOf(admin: string): Promise<string> {
  const response = await fetch(`${admin}/admin/kafka/lag`)
  const { totalLag } = (await response.json()) as { totalLag: number | null }
  return (totalLag === null ? 'unknown' : String(totalLag)).padStart(6)
}

function startLoad(runtimeFile: string) {
  const flags = ['--duplicate-rate', '0.05', '--bad-rate', '0.05', '--runtime', runtimeFile]
  const size = ['--rps', String(rate), '--minutes', String(seconds / 60)]
  const command = endsWithParent([...bun, 'loadgen/load.ts', ...size, ...flags], 'SIGKILL')
  const load = spawn(command[0], command.slice(1), {
    cwd: root,
    env: withoutServiceSettings(process.env),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  load.stdout.on('data', (bytes) => {
    text += bytes
  })
  load.stderr.resume()
  const ended = new Promise<number>((resolve) => load.once('close', (code) => resolve(code ?? 1)))
  return { ended, output: () => text.trimEnd() }
}

process.exit(await main())
