/** What librdkafka's settings do to a door that answers after the ack: what ingest's own settings were chosen by. */
import type { Bench, Sample } from '../bench.ts'
import type { ProducerOptions } from '../contenders/producer.ts'
import { type Door, startDoor } from '../doors.ts'
import { type Front, onePartition, openFront } from '../front.ts'
import { frontVersions } from '../machine.ts'
import { costMetrics, observed } from '../observed.ts'
import type { Place } from '../place.ts'
import { requireWrk, runWrk, wrkVersion } from '../wrk.ts'

type Tried = Partial<ProducerOptions> & { readonly headers?: boolean }

const setting = (settings: NonNullable<Tried['settings']>): Tried => ({ settings })

/** Against `linger 2`, which is what ingest has. */
const tried: Readonly<Record<string, Tried>> = {
  'linger 2': {},
  'linger 0': setting({ 'linger.ms': 0 }),
  'linger 0.5': setting({ 'linger.ms': 0.5 }),
  'linger 1': setting({ 'linger.ms': 1 }),
  'linger 5': setting({ 'linger.ms': 5 }),
  'in flight 1': setting({ 'max.in.flight': 1 }),
  'in flight 2': setting({ 'max.in.flight': 2 }),
  'linger 0, in flight 1': setting({ 'linger.ms': 0, 'max.in.flight': 1 }),
  'linger 0, in flight 2': setting({ 'linger.ms': 0, 'max.in.flight': 2 }),
  'batches of 100': setting({ 'batch.num.messages': 100 }),
  lz4: setting({ 'compression.type': 'lz4' }),
  'a header': { headers: true },
  'polled each ms': { pollMs: 1 },
  'polled each 5 ms': { pollMs: 5 },
  '1 partition': { topic: onePartition },
}
const connections = [64, 512]
const metricsAt = (count: number) => [
  { name: `events, ${count}`, unit: '1/s', better: 'higher' as const },
  ...['p50', 'p99'].map((point) => lower(`${point}, ${count}`, 'ms')),
  ...['server', 'kafka'].map((name) => lower(`CPU ${name}, ${count}`, 's/M')),
]

export const bench: Bench = {
  about: `The door that answers after Kafka's ack (_acked_ of \`ingest\`) with one setting of librdkafka changed at a time: single
events from wrk over 64 and 512 connections. _Linger 2_ is \`linger.ms\` 2, five requests in flight, a thread of
librdkafka's that polls, no header, no compression, and the topic's six partitions; librdkafka makes a request of each
partition, so that events on one partition share more of them. \`queue.buffering.backpressure.threshold\` is not
here: librdkafka refuses it together with idempotence.`,
  metrics: [...connections.flatMap(metricsAt), lower('others', '% of a core')],
  pairs: Object.keys(tried)
    .slice(1)
    .flatMap((of) =>
      connections.map((count) => ({ metric: `events, ${count}`, of, to: 'linger 2' })),
    ),

  async open(place, { quick }) {
    const seconds = quick ? 1 : 4
    const wrk = requireWrk()
    const front = await openFront(place)
    const doors = new Map<string, Door>()
    for (const [name, options] of Object.entries(tried))
      doors.set(name, await startDoor(place, name, 'acked', { ...front, ...options }))
    const run = async (contender: string): Promise<Sample> => {
      const door = doors.get(contender)
      if (!door) return {}
      const at = []
      for (const count of connections)
        at.push(await runAt(place, front, wrk, { door, connections: count, seconds }))
      const others = at.map(({ others }) => others ?? 0)
      return { ...Object.assign({}, ...at), others: Math.max(...others) }
    }
    return {
      contenders: [...doors.keys()],
      settings: { 'seconds at each size': seconds },
      versions: { ...frontVersions(), wrk: wrkVersion(wrk) },
      warmUp: async (contender) => void (await run(contender)),
      run,
    }
  },
}

function lower(name: string, unit: string) {
  return { name, unit, better: 'lower' as const }
}

async function runAt(
  place: Place,
  front: Front,
  wrk: string,
  { door, connections, seconds }: { door: Door; connections: number; seconds: number },
): Promise<Sample> {
  // What wrk left behind at its end is not this run's.
  await front.logEnd()
  const { done, cost } = await observed(place, () =>
    runWrk(place, wrk, {
      ...{ url: `${door.url}/events`, connections, seconds },
      ...{ script: 'wrk-events.lua', args: [`${crypto.randomUUID().slice(0, 8)}-`, '1'] },
    }),
  )
  const { others = 0, ...cpu } = costMetrics(cost, done.cpuSeconds, done.requests, door.name)
  const { perSecond: events, p50, p99 } = done
  const figures = Object.entries({ events, p50, p99, ...cpu })
  return { ...Object.fromEntries(figures.map(([k, v]) => [`${k}, ${connections}`, v])), others }
}
