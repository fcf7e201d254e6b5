/** What the load generator itself can do: its throughput beside wrk's, and the least latency that it can see. */
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { which } from '../../bootstrap/run.mjs'
import { freePort } from '../../free-port.ts'
import { launch } from '../../launch.ts'
import type { Bench, Sample } from '../bench.ts'
import { onCore } from '../client.ts'
import { type Load, type Loaded, load } from '../load.ts'
import type { Place } from '../place.ts'
import { cpuSeconds } from '../processes.ts'
import { findWrk, runWrk, wrkVersion } from '../wrk.ts'

const rates = [200, 1_000, 5_000]
const connections = 256
const batches = { size: 100, connections: 64 }

export const bench: Bench = {
  about: `The load generator against a server that reads requests and does nothing but answer (uWebSockets.js on Node),
each kept to one CPU core where there are two. _All it can_: events are due faster than it can send them, over ${connections} connections with
one request each, as many as wrk has with one thread; what it then waits for is its own queue, so no latency is shown. wrk
posts one event again and again; the generator makes, schedules, journals and checks each one, from a cold start. In
batches, events go ${batches.size} a request over ${batches.connections} connections, and the server answers with a result for each. At a _rate_, the
latency is the floor under every other figure: the least that the generator can measure, its start included.`,
  metrics: [
    { name: 'events', unit: '1/s', better: 'higher' },
    { name: 'requests', unit: '1/s', better: 'higher' },
    { name: 'latency p50', unit: 'ms', better: 'lower' },
    { name: 'latency p95', unit: 'ms', better: 'lower' },
    { name: 'latency p99', unit: 'ms', better: 'lower' },
    { name: 'latency max', unit: 'ms', better: 'lower' },
    { name: 'sent late p99', unit: 'ms', better: 'lower' },
    { name: 'CPU client', unit: 's/M events', better: 'lower' },
    { name: 'CPU server', unit: 's/M events', better: 'lower' },
  ],
  pairs: [{ metric: 'requests', of: 'generator, all it can', to: 'wrk, all it can' }],

  async open(place, { quick }) {
    const url = await startServer(place)
    const wrk = wrkOrHowToInstall(place)
    const core = clientCore()
    const seconds = quick ? 2 : 3
    const allItCan = (more: Partial<Load> = {}) => {
      const maxEvents = (quick ? 50_000 : 250_000) * (more.batches ? 4 : 1)
      const wanted = { url, perSecond: 1_000_000, seconds: 60, maxEvents, core, ...more }
      return measured(place, () => load(place, wanted), throughput)
    }
    const inBatches = (mode: 'batch' | 'ndjson') =>
      allItCan({ batches: { mode, size: batches.size }, connections: batches.connections })
    const contenders: Readonly<Record<string, () => Promise<Sample>>> = {
      'generator, all it can': allItCan,
      ...(wrk && { 'wrk, all it can': () => wrkRun(place, wrk, url, seconds) }),
      'generator, batches of 100': () => inBatches('batch'),
      'generator, NDJSON of 100': () => inBatches('ndjson'),
      ...Object.fromEntries(
        rates.map((perSecond) => [
          `generator, ${perSecond.toLocaleString('en')}/s`,
          () => measured(place, () => load(place, { url, perSecond, seconds, core }), latency),
        ]),
      ),
    }
    const run = async (contender: string) => (await contenders[contender]?.()) ?? {}
    return {
      contenders: Object.keys(contenders),
      settings: {
        'seconds a run': seconds,
        connections,
        'cores of each': core === undefined ? 'all' : 1,
      },
      versions: wrk ? { wrk: wrkVersion(wrk) } : {},
      warmUp: async (contender) => void (await run(contender)),
      run,
    }
  },
}

/** The server has the first core, clients the second, where there are two. */
const clientCore = () => (which('taskset') && availableParallelism() > 1 ? 1 : undefined)

async function startServer(place: Place): Promise<string> {
  const port = await freePort()
  const script = join(import.meta.dirname, '..', 'answering-server.mjs')
  const core = clientCore() === undefined ? undefined : 0
  await launch({
    name: 'server',
    command: onCore(core, ['node', script, String(port)]),
    log: join(place.logs, 'server.log'),
    port,
    ready: async () => (await fetch(`http://127.0.0.1:${port}/`)).ok,
    spawned: place.spawned,
  })
  return `http://127.0.0.1:${port}`
}

function wrkOrHowToInstall({ steps }: Place): string | undefined {
  const wrk = findWrk()
  if (!wrk) steps.line('wrk is not installed: `apt-get install -y wrk` to measure beside it')
  return wrk
}

async function wrkRun(place: Place, wrk: string, url: string, seconds: number): Promise<Sample> {
  const before = serverCpu(place)
  const { requests, perSecond, cpuSeconds } = await runWrk(place, wrk, {
    ...{ url: `${url}/events`, connections, seconds, script: 'wrk.lua', core: clientCore() },
  })
  const cpu = { client: cpuSeconds, server: serverCpu(place) - before }
  return { events: perSecond, requests: perSecond, ...perMillion(cpu, requests) }
}

async function measured(
  place: Place,
  run: () => Promise<Loaded>,
  figures: (loaded: Loaded) => Sample,
): Promise<Sample> {
  const before = serverCpu(place)
  const loaded = await run()
  const cpu = { client: loaded.cpuSeconds, server: serverCpu(place) - before }
  const { perSecond: events, requestsPerSecond: requests } = loaded
  return { events, requests, ...figures(loaded), ...perMillion(cpu, loaded.accepted) }
}

const throughput = (): Sample => ({})

const latency = ({ latency, sendLag }: Loaded): Sample => ({
  'latency p50': latency.p50,
  'latency p95': latency.p95,
  'latency p99': latency.p99,
  'latency max': latency.max,
  'sent late p99': sendLag.p99,
})

const serverCpu = (place: Place): number => cpuSeconds(place.pids()).server ?? 0

const perMillion = (cpu: { client: number; server: number }, events: number): Sample => ({
  'CPU client': (1e6 * cpu.client) / events,
  'CPU server': (1e6 * cpu.server) / events,
})
