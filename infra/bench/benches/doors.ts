/** What an event costs by each way into ingest. */
import type { Bench, Metric, Sample } from '../bench.ts'
import { type PulseDoor, startIngest } from '../doors.ts'
import { type Front, openFront } from '../front.ts'
import { type Load, load } from '../load.ts'
import { frontVersions } from '../machine.ts'
import { costMetrics, observed } from '../observed.ts'
import type { Place } from '../place.ts'
import { memory } from '../processes.ts'

const perSecond = 2_000
const size = 100
const streams = 16

const lower = (name: string, unit: string): Metric => ({ name, unit, better: 'lower' })

/** By its mode: what is sent together, and over how many connections. */
const doors: Readonly<Record<string, Partial<Load>>> = {
  single: { connections: 256 },
  batch: { batches: { mode: 'batch', size }, connections: streams },
  ndjson: { batches: { mode: 'ndjson', size }, connections: streams },
  websocket: { batches: { mode: 'websocket', size }, connections: streams },
  grpc: { batches: { mode: 'grpc', size }, connections: streams },
}

export const bench: Bench = {
  about: `The load generator sends the same events to Pulse's ingest by each of its doors: one event a request over 256
connections, and ${size} events together in a JSON array, in lines, in a frame of a WebSocket, or in a message of gRPC's
\`PublishStream\`, over ${streams} connections. _All it can_: events are due faster than they can be sent, so that no
latency is shown; on two cores the generator and ingest share them with Kafka and Redis, and what an event costs each of
them says more than how many there were. At a _rate_ latency counts from the instant at which an event was due, and an event
that goes with others waits for them. After each run the topic must have grown by what was accepted. Redis is emptied before
each run. _Others_ is the CPU of all else on the machine.`,
  metrics: [
    { name: 'events', unit: '1/s', better: 'higher' },
    lower('p50', 'ms'),
    lower('p99', 'ms'),
    ...['server', 'kafka', 'redis', 'client'].map((name) => lower(`CPU ${name}`, 's/M')),
    lower('memory', 'MiB'),
    lower('not accepted', 'events'),
    lower('others', '% of a core'),
  ],
  pairs: ['single', 'ndjson', 'websocket', 'grpc'].flatMap((of) =>
    ['events', 'CPU server'].map((metric) => ({ metric, of, to: 'batch' })),
  ),

  async open(place, { quick }) {
    const maxEvents = quick ? 20_000 : 200_000
    const seconds = quick ? 3 : 8
    const front = await openFront(place)
    const ingest = await startIngest(place, front)
    const contenders = new Map<string, () => Promise<Sample>>()
    for (const [mode, how] of Object.entries(doors)) {
      const url = mode === 'grpc' ? ingest.grpc : ingest.url
      const wanted = { url, perSecond, seconds, ...how }
      const most = { ...wanted, perSecond: 1_000_000, seconds: 60, maxEvents }
      contenders.set(mode, () => send(place, front, ingest, most, false))
      contenders.set(`${mode}, ${perSecond.toLocaleString('en')}/s`, () =>
        send(place, front, ingest, wanted, true),
      )
    }
    const run = async (contender: string) => (await contenders.get(contender)?.()) ?? {}
    return {
      contenders: [...contenders.keys()],
      settings: { 'events together': size, 'most events': maxEvents, 'seconds at a rate': seconds },
      versions: frontVersions(),
      warmUp: async (contender) => void (await run(contender)),
      run,
    }
  },
}

async function send(
  place: Place,
  front: Front,
  { name }: PulseDoor,
  wanted: Load,
  isAtRate: boolean,
): Promise<Sample> {
  await front.emptyRedis()
  const before = await front.logEnd()
  const { done, cost } = await observed(place, () => load(place, wanted))
  const records = (await front.logEnd()) - before
  const { accepted, notAccepted, perSecond: events, latency, cpuSeconds } = done
  if (records < accepted)
    throw new Error(`${accepted} events were accepted and ${records} records are in Kafka`)
  return {
    events,
    ...(isAtRate ? { p50: latency.p50, p99: latency.p99 } : {}),
    ...costMetrics(cost, cpuSeconds, accepted, name),
    ...{ memory: memory(place.pids())[name] ?? 0, 'not accepted': notAccepted },
  }
}
