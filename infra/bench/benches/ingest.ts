/** What the front door costs: Pulse's ingest beside less than it, and beside what would be written instead. */
import type { Bench, Metric, Sample } from '../bench.ts'
import { runClient } from '../client.ts'
import type { Alone } from '../contenders/alone.ts'
import { type Door, nodeCommand, startDoor, startIngest } from '../doors.ts'
import { type Front, openFront } from '../front.ts'
import { frontVersions } from '../machine.ts'
import { costMetrics, observed } from '../observed.ts'
import type { Place } from '../place.ts'
import { memory } from '../processes.ts'
import { requireWrk, runWrk, wrkVersion } from '../wrk.ts'

const connections = [64, 512]

const lower = (name: string, unit: string): Metric => ({ name, unit, better: 'lower' })

export const bench: Bench = {
  about: `Single events posted by wrk (one thread), each with an id and an idempotency key of its own, over 64 and 512
connections, to servers on one Node each. _bare_ parses, validates and answers, and keeps nothing; _acked_ also produces to
Kafka (librdkafka, acks=all, idempotent) and answers after the ack; _Pulse_ is ingest as it ships, with an unlimited
tenant; _team_ is what would be written instead: Fastify, kafkajs and ioredis with the same guarantees. kafkajs makes a
request of each event, one at a time; _team, gathering_ sends what has come meanwhile together. _librdkafka_ is the
producer alone, on Node without HTTP. After each run the topic must have grown by what was answered with a 202, and by no
more than one event a connection besides, which wrk had not heard of when it ended; one answer that is no 2xx ends the
bench. Redis is emptied before each run. _Others_ is the CPU of all else on the machine.`,
  metrics: [
    { name: 'events', unit: '1/s', better: 'higher' },
    lower('p50', 'ms'),
    lower('p99', 'ms'),
    ...['server', 'kafka', 'redis', 'client'].map((name) => lower(`CPU ${name}`, 's/M')),
    lower('memory', 'MiB'),
    lower('others', '% of a core'),
  ],
  pairs: connections.flatMap((count) =>
    ['acked', 'team', 'team, gathering'].map((rival) => ({
      ...{ metric: 'events', of: `Pulse, ${count}`, to: `${rival}, ${count}` },
    })),
  ),

  async open(place, { quick }) {
    const seconds = quick ? 2 : 8
    const wrk = requireWrk()
    const front = await openFront(place)
    const team = { ...front, gathered: false }
    const doors: Readonly<Record<string, Door>> = {
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
          post(place, front, wrk, { door, connections: count, seconds }),
        )
    contenders.set('librdkafka', () => produceAlone(place, front, seconds))
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

type Posting = { readonly door: Door; readonly connections: number; readonly seconds: number }

async function post(
  place: Place,
  front: Front,
  wrk: string,
  { door, connections, seconds }: Posting,
): Promise<Sample> {
  await front.emptyRedis()
  const before = await front.logEnd()
  const { done, cost } = await observed(place, () =>
    runWrk(place, wrk, {
      ...{ url: `${door.url}/events`, connections, seconds },
      ...{ script: 'wrk-events.lua', args: [idPrefix(), '1'] },
    }),
  )
  const records = (await front.logEnd()) - before
  const { requests, perSecond, p50, p99, cpuSeconds } = done
  const [least, most] = door.name === 'bare' ? [0, 0] : [requests, requests + connections]
  if (records < least || records > most)
    throw new Error(`${requests} events were accepted and ${records} records are in Kafka`)
  return {
    ...{ events: perSecond, p50, p99, memory: memory(place.pids())[door.name] ?? 0 },
    ...costMetrics(cost, cpuSeconds, requests, door.name),
  }
}

/** No two runs have an event in common. */
const idPrefix = () => `${crypto.randomUUID().slice(0, 8)}-`

async function produceAlone(place: Place, front: Front, seconds: number): Promise<Sample> {
  const command = await nodeCommand(place, 'alone', { ...front, seconds })
  const before = await front.logEnd()
  const { done, cost } = await observed(place, () => runClient(place, command))
  const { acked, failed, perSecond } = JSON.parse(done.output) as Alone
  const records = (await front.logEnd()) - before
  if (failed > 0 || records !== acked)
    throw new Error(`${acked} records acknowledged, ${failed} failed, ${records} are in Kafka`)
  return { events: perSecond, ...costMetrics(cost, done.cpuSeconds, acked) }
}
