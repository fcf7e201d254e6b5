/** How long an event takes from its acceptance to Postgres, and its producer waits, at rates that Pulse can bear. */
import { until } from '../../harness/until.ts'
import type { Sql } from '../../sql.ts'
import type { Bench, Metric, Sample } from '../bench.ts'
import { type Load, type Loaded, load } from '../load.ts'
import type { Place } from '../place.ts'
import { cpuSeconds, grown, memory, metricsOf } from '../processes.ts'
import { type MeasuredPulse, startPulse } from '../pulse.ts'
import { countedRecords, storedLatency } from '../stored.ts'

type Rate = Pick<Load, 'perSecond' | 'batches'>

const rates: Readonly<Record<string, Rate>> = {
  '200 events/s': { perSecond: 200 },
  '1,000 events/s': { perSecond: 1_000 },
  '5,000 events/s': { perSecond: 5_000 },
  '5,000 events/s in batches': { perSecond: 5_000, batches: { mode: 'batch', size: 100 } },
}
const processes = ['ingest', 'processor', 'kafka', 'postgres', 'redis']

const lower = (name: string, unit: string): Metric => ({ name, unit, better: 'lower' })
const points = ['p50', 'p95', 'p99', 'max'] as const

export const bench: Bench = {
  about: `Valid events through ingest, Kafka and the processor into Postgres, at a fixed rate, one
a request or, _in batches_, 100. _Stored_ is \`processed_at\` −
\`received_at\` of each row: from acceptance to the start of the transaction that stored it. _Committed_ is to the commit
of that transaction, by Postgres' own record of it. The first two seconds of a run are left out of both. _Answer_ is what
the producer waits, from the instant at which the event was due until the 202 was read, the start of the load generator
included; _sent late_ is the part of it before the event was sent, because the generator or every connection was busy.
_Not accepted_ is how many events got no 202: then the rate is beyond what this machine can do. _Lag_ is how many events
were accepted and not stored when the generator had ended. CPU is user and system time of a process and its children,
over a run with its drain, for a million events: at low rates that is mostly what being there costs. Memory is resident,
after a run.`,
  metrics: [
    ...points.map((point) => lower(`stored ${point}`, 'ms')),
    ...points.map((point) => lower(`committed ${point}`, 'ms')),
    ...points.map((point) => lower(`answer ${point}`, 'ms')),
    lower('sent late p99', 'ms'),
    lower('not accepted', 'events'),
    lower('lag at the end', 'events'),
    lower('drained after', 'ms'),
    ...[...processes, 'generator'].map((name) => lower(`CPU ${name}`, 's/M events')),
    ...processes.map((name) => lower(`memory ${name}`, 'MiB')),
  ],
  pairs: [],

  async open(place, { quick }) {
    const [seconds, warmUpSeconds] = quick ? [4, 3] : [12, 6]
    const pulse = await startPulse(place)
    const run = (contender: string, forSeconds: number) =>
      runOnce(place, pulse, rates[contender] as Rate, forSeconds)
    return {
      contenders: Object.keys(rates),
      settings: {
        'seconds a run': seconds,
        replicas: 1,
        fsync: 'on',
        tables: 'grow from run to run',
      },
      versions: pulse.versions,
      warmUp: async (contender) => void (await run(contender, warmUpSeconds)),
      run: (contender) => run(contender, seconds),
    }
  },
}

async function runOnce(
  place: Place,
  { ingest, sql }: MeasuredPulse,
  rate: Rate,
  seconds: number,
): Promise<Sample> {
  const pids = place.pids()
  const countedBefore = await countedRecords(sql)
  const cpuBefore = cpuSeconds(pids)
  const startedAt = new Date()
  const loaded = await load(place, { url: ingest, ...rate, seconds })
  const ended = performance.now()
  const lag = Math.max(0, countedBefore + loaded.accepted - (await countedRecords(sql)))
  await drained(sql, countedBefore + loaded.accepted)
  const drainedAfter = performance.now() - ended
  const cpu = grown(cpuBefore, cpuSeconds(pids))
  return {
    ...(await storedLatency(sql, loaded.run, startedAt, loaded.accepted)),
    ...answered(loaded),
    'not accepted': loaded.notAccepted,
    'lag at the end': lag,
    'drained after': drainedAfter,
    ...metricsOf('CPU', { ...cpu, generator: loaded.cpuSeconds }, 1e6 / loaded.accepted),
    ...metricsOf('memory', memory(pids)),
  }
}

const drained = (sql: Sql, records: number) =>
  until(
    `${records} records are counted`,
    async () => (await countedRecords(sql)) >= records,
    60_000,
  )

const answered = ({ latency, sendLag }: Loaded): Sample => ({
  'answer p50': latency.p50,
  'answer p95': latency.p95,
  'answer p99': latency.p99,
  'answer max': latency.max,
  'sent late p99': sendLag.p99,
})
