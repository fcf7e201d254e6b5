/** What the front door costs: Pulse's ingest beside less than it, and beside what would be written instead. */

import type { Bench, Metric, Sample } from '../bench.ts'
import { runClient } from '../client.ts'
import type { Alone } from '../contenders/alone.ts'
import { nodeCommand, startDoor, startIngest } from '../doors.ts'
import { type Front, openFront } from '../front.ts'
import { frontVersions } from '../machine.ts'
import type { Place } from '../place.ts'
import { cpuSeconds, grown, memory, metricsOf } from '../processes.ts'
import { requireWrk, runWrk, wrkVersion } from '../wrk.ts'

const connections = [64, 512]

const lower = (name: string, unit: string): Metric => ({ name, unit, better: 'lower' })

export const bench: Bench = {
  about: ``,
  metrics: [
    { name: 'events', unit: '1/s', better: 'higher' },
    lower('latency p50', 'ms'),
    lower('latency p99', 'ms'),
    ...['server', 'kafka', 'redis', 'client'].map((name) => lower(`CPU ${name}`, 's/M events')),
    lower('memory server', 'MiB'),
  ],
  pairs: connections.map((count) => ({
    ...{ metric: 'events', of: `Pulse, ${count}`, to: `acked, ${count}` },
  })),

  async open(place, { quick }) {
    const seconds = quick ? 3 : 8
    const wrk = requireWrk()
    const front = await openFront(place)
    const doors = {
      bare: { name: 'bare', url: await startDoor(place, 'bare', 'bare', {}), kept: false },
      acked: { name: 'acked', url: await startDoor(place, 'acked', 'acked', front), kept: true },
      Pulse: { name: 'ingest', url: await startIngest(place, front), kept: true },
    }
    const contenders = new Map<string, () => Promise<Sample>>()
    for (const count of connections)
      for (const [title, door] of Object.entries(doors))
        contenders.set(`${title}, ${count}`, async () => {
          await front.emptyRedis()
          const before = await front.logEnd()
          const cpuBefore = cpuSeconds(place.pids())
          const ran = await runWrk(place, wrk, {
            ...{ url: `${door.url}/events`, connections: count, seconds },
            ...{ script: 'wrk-events.lua', args: [idPrefix(), '1'] },
          })
          const cpu = grown(cpuBefore, cpuSeconds(place.pids()))
          const records = (await front.logEnd()) - before
          if (door.kept) checkKept(records, ran.requests, count)
          return {
            events: ran.perSecond,
            'latency p50': ran.p50,
            'latency p99': ran.p99,
            ...metricsOf(
              'CPU',
              {
                server: cpu[door.name] ?? 0,
                kafka: cpu.kafka ?? 0,
                redis: cpu.redis ?? 0,
                client: ran.cpuSeconds,
              },
              1e6 / ran.requests,
            ),
            'memory server': memory(place.pids())[door.name] ?? 0,
          }
        })
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

/** No two runs have an event in common. */
const idPrefix = () => `${crypto.randomUUID().slice(0, 8)}-`

function checkKept(records: number, answered: number, connections: number): void {
  if (records < answered || records > answered + connections)
    throw new Error(`${answered} events were accepted and ${records} records are in Kafka`)
}

async function produceAlone(place: Place, front: Front, seconds: number): Promise<Sample> {
  const before = await front.logEnd()
  const cpuBefore = cpuSeconds(place.pids())
  const ran = await runClient(place, await nodeCommand(place, 'alone', { ...front, seconds }))
  const cpu = grown(cpuBefore, cpuSeconds(place.pids()))
  const { acked, failed, perSecond } = JSON.parse(ran.output) as Alone
  const records = (await front.logEnd()) - before
  if (failed > 0 || records !== acked)
    throw new Error(`${acked} records acknowledged, ${failed} failed, ${records} are in Kafka`)
  return {
    events: perSecond,
    ...metricsOf('CPU', { kafka: cpu.kafka ?? 0, client: ran.cpuSeconds }, 1e6 / acked),
  }
}
