/** What the front door costs: Pulse's ingest beside less than it, and beside what would be written instead. */
import type { Bench, Metric, Sample } from '../bench.ts'
import { runClient } from '../client.ts'
import type { Alone } from '../contenders/alone.ts'
import { type Door, nodeCommand, startDoor, startIngest } from '../doors.ts'
import { type Front, openFront } from '../front.ts'
import { type Load, load } from '../load.ts'
import { frontVersions } from '../machine.ts'
import { costMetrics, observed } from '../observed.ts'
import type { Place } from '../place.ts'
import { memory } from '../processes.ts'
import { requireWrk, runWrk, wrkVersion } from '../wrk.ts'

const connections = [64, 512]
const rates = [2_000, 10_000]
/** Events in a batch, and connections that send batches. */
const batch = 100
const batchConnections = 16

const lower = (name: string, unit: string): Metric => ({ name, unit, better: 'lower' })

export const bench: Bench = {
  about: `Single events posted by wrk (one thread), each with an id and an idempotency key of its own, over 64 and 512
connections, to servers on one Node each. _bare_ parses, validates and answers, and keeps nothing; _acked_ also produces to
Kafka (librdkafka, acks=all, idempotent) and answers after the ack; _Pulse_ is ingest as it ships, with an unlimited
tenant; _team_ is what would be written instead: Fastify, kafkajs and ioredis with the same guarantees. kafkajs makes a
request of each event, one at a time; _team, gathering_ sends what has come meanwhile together. _librdkafka_ is the
producer alone, on Node without HTTP. _In batches_ are ${batch} events a request to \`POST /events/batch\`, over
${batchConnections} connections; latency is then a batch's. At a _rate_ the load generator sends in an open loop, and latency counts from
the instant at which an event was due; the generator's own floor is in its own section. After each run the topic must have grown by what was answered with a 202, and by no
more than one event a connection besides, which wrk had not heard of when it ended; one answer that is no 2xx ends the
bench. At a rate events are repeated until they are answered; _more records_ are in Kafka than events were accepted: the
ledger removes them. Redis is emptied before each run. _Others_ is the CPU of all else on the machine.`,
  metrics: [
    { name: 'events', unit: '1/s', better: 'higher' },
    lower('p50', 'ms'),
    lower('p99', 'ms'),
    lower('p99.9', 'ms'),
    ...['server', 'kafka', 'redis', 'client'].map((name) => lower(`CPU ${name}`, 's/M')),
    lower('memory', 'MiB'),
    lower('not accepted', 'events'),
    lower('more records', 'events'),
    lower('others', '% of a core'),
  ],
  pairs: [
    ...connections.flatMap((count) =>
      ['acked', 'team', 'team, gathering'].map((rival) => ({
        ...{ metric: 'events', of: `Pulse, ${count}`, to: `${rival}, ${count}` },
      })),
    ),
    { metric: 'events', of: 'Pulse, in batches', to: 'librdkafka' },
  ],

  async open(place, { quick }) {
    const seconds = quick ? 2 : 8
    const wrk = requireWrk()
    const front = await openFront(place)
    const team = { ...front, gathered: false }
    const doors = {
      bare: await startDoor(place, 'bare', 'bare', {}),
      acked: await startDoor(place, 'acked', 'acked', front),
      Pulse: await startIngest(place, front),
      team: await startDoor(place, 'team', 'team/main', team),
      'team, gathering': await startDoor(place, 'gathering', 'team/main', {
        ...team,
        gathered: true,
      }),
    }
    const contenders = new Map<string, () => Promise<Sample>>()
    for (const count of connections)
      for (const [title, door] of Object.entries(doors))
        contenders.set(`${title}, ${count}`, () =>
          post(place, front, wrk, { door, connections: count, seconds, events: 1 }),
        )
    const { Pulse } = doors
    const inBatches = { mode: 'batch', size: batch } as const
    const batches = { door: Pulse, connections: batchConnections, seconds, events: batch }
    contenders.set('Pulse, in batches', () => post(place, front, wrk, batches))
    contenders.set('librdkafka', () => produceAlone(place, front, seconds))
    for (const perSecond of rates) {
      const name = `Pulse, ${perSecond.toLocaleString('en')}/s`
      const { url } = Pulse
      contenders.set(name, () => atRate(place, front, Pulse, { url, perSecond, seconds }))
      contenders.set(`${name} in batches`, () =>
        atRate(place, front, Pulse, { url, perSecond, seconds, batches: inBatches }),
      )
    }
    const run = async (contender: string) => (await contenders.get(contender)?.()) ?? {}
    return {
      contenders: [...contenders.keys()],
      settings: { 'seconds a run': seconds },
      versions: { ...frontVersions(), wrk: wrkVersion(wrk) },
      warmUp: async (contender) => void (await run(contender)),
      run,
    }
  },
}

type Posting = {
  readonly door: Door
  readonly connections: number
  readonly seconds: number
  /** In one request. */
  readonly events: number
}

async function post(
  place: Place,
  front: Front,
  wrk: string,
  { door, connections, seconds, events }: Posting,
): Promise<Sample> {
  await front.emptyRedis()
  const before = await front.logEnd()
  const { done, cost } = await observed(place, () =>
    runWrk(place, wrk, {
      ...{ url: `${door.url}/events${events > 1 ? '/batch' : ''}`, connections, seconds },
      ...{ script: 'wrk-events.lua', args: [idPrefix(), String(events)] },
    }),
  )
  const records = (await front.logEnd()) - before
  const { requests, perSecond, p50, p99, cpuSeconds } = done
  const kept = door.name === 'bare' ? 0 : events
  checkKept(records, kept * requests, kept * (requests + connections))
  return {
    ...{ events: perSecond * events, p50, p99, memory: memory(place.pids())[door.name] ?? 0 },
    ...costMetrics(cost, cpuSeconds, requests * events, door.name),
  }
}

/** wrk ends with one request a connection of which it has not heard. */
function checkKept(records: number, least: number, most = Number.POSITIVE_INFINITY): void {
  if (records < least || records > most)
    throw new Error(`${least} events were accepted and ${records} records are in Kafka`)
}

/** No two runs have an event in common. */
const idPrefix = () => `${crypto.randomUUID().slice(0, 8)}-`

async function atRate(place: Place, front: Front, door: Door, wanted: Load): Promise<Sample> {
  await front.emptyRedis()
  const before = await front.logEnd()
  const { done, cost } = await observed(place, () => load(place, wanted))
  const records = (await front.logEnd()) - before
  const { accepted, notAccepted, perSecond, latency, cpuSeconds } = done
  checkKept(records, accepted)
  return {
    ...{ events: perSecond, p50: latency.p50, p99: latency.p99, 'p99.9': latency.p999 },
    ...{ memory: memory(place.pids())[door.name] ?? 0, 'not accepted': notAccepted },
    'more records': records - accepted,
    ...costMetrics(cost, cpuSeconds, accepted, door.name),
  }
}

async function produceAlone(place: Place, front: Front, seconds: number): Promise<Sample> {
  const command = await nodeCommand(place, 'alone', { ...front, seconds })
  const before = await front.logEnd()
  const { done, cost } = await observed(place, () => runClient(place, command, { seconds }))
  const { acked, failed, perSecond } = JSON.parse(done.output) as Alone
  const records = (await front.logEnd()) - before
  if (failed > 0 || records !== acked)
    throw new Error(`${acked} records acknowledged, ${failed} failed, ${records} are in Kafka`)
  return { events: perSecond, ...costMetrics(cost, done.cpuSeconds, acked) }
}
