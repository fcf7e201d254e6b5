/** How fast a backlog comes into Postgres: Pulse's processor beside what Postgres can do, and what is written instead. */
import { until } from '../../harness/until.ts'
import { openSql, type Sql } from '../../sql.ts'
import type { Row } from '../backlog.ts'
import type { Bench, Metric, Sample } from '../bench.ts'
import { copyRows, manyAtOnce, oneByOne, type StoreRows } from '../contenders/stores.ts'
import { type Drain, openBacklog, startProcessor } from '../drain.ts'
import type { Place } from '../place.ts'
import { cpuSeconds, machineCpuSeconds, memory } from '../processes.ts'
import { countedRecords } from '../stored.ts'

const lower = (name: string, unit: string): Metric => ({ name, unit, better: 'lower' })

export const bench: Bench = {
  about: `Distinct valid events, about 400 bytes each, that lie in Kafka (six partitions) before anything starts, into the tables
of a fresh database with all their indexes. _COPY_ is the least that Postgres has to do: the same rows straight into the
ledger and the events, in transactions of 5,000, from memory. _Pulse_ is the processor as it ships, with one or two
connections to Postgres, or two processors with two each: it reads Kafka, decodes, decides every key, stores, counts. _Row
by row_ looks each key up and inserts it with its event in a transaction of its own, over one connection, as an ORM does;
_a thousand at once_ inserts with ON CONFLICT, over two. Both get a part of the events, a fiftieth and a half: what they do
for each does not change with their number. Rows a second are those between the first batch that is seen in the tables
and the last one. _First row_ is from the start of the process. CPU is for a million rows, of all processors and of
Postgres; for the others, _processor_ is the bench itself. Memory is the most of one processor, read four times a second.`,
  metrics: [
    { name: 'rows', unit: '1/s', better: 'higher' },
    lower('first row', 'ms'),
    lower('CPU processor', 's/M'),
    lower('CPU postgres', 's/M'),
    lower('CPU kafka', 's/M'),
    lower('memory', 'MiB'),
    lower('CPU idle', '% of the machine'),
  ],
  pairs: [
    ...(['COPY, 1', 'COPY, 2', 'row by row', 'a thousand at once'] as const).map((to) => ({
      ...{ metric: 'rows', of: to === 'COPY, 1' ? 'Pulse, 1' : 'Pulse, 2', to },
    })),
  ],

  async open(place, { quick }) {
    const events = quick ? 60_000 : 200_000
    const { rows, settings, versions, inFreshDatabase } = await openBacklog(place, events)
    const stores = (store: StoreRows, connections: number, share: number) => (drain: Drain) =>
      storing(place, drain, store, connections, rows.slice(0, events * share))
    const processors = (count: number, connections: number) => (drain: Drain) =>
      draining(place, drain, { count, connections })
    const contenders: Readonly<Record<string, (drain: Drain) => Promise<Sample>>> = {
      'COPY, 1': stores(copyRows, 1, 1),
      'Pulse, 1': processors(1, 1),
      'COPY, 2': stores(copyRows, 2, 1),
      'Pulse, 2': processors(1, 2),
      'Pulse, 2 processes': processors(2, 2),
      'row by row': stores(oneByOne, 1, 0.02),
      'a thousand at once': stores(manyAtOnce, 2, 0.5),
    }
    const run = (name: string) => inFreshDatabase<Sample>(contenders[name] as never)
    return {
      ...{ contenders: Object.keys(contenders), settings, versions },
      warmUp: async (name) => void (await run(name)),
      run,
    }
  },
}

/** What a run used of the machine, for so many rows. */
function measuring(place: Place) {
  const servers = () => {
    const { postgres = 0, kafka = 0 } = cpuSeconds(place.pids())
    return { postgres, kafka }
  }
  const [before, machineBefore, started] = [servers(), machineCpuSeconds(), performance.now()]
  return (rows: number, processor: number): Sample => {
    const after = servers()
    const seconds = (performance.now() - started) / 1000
    const used = (machineCpuSeconds() - machineBefore) / (seconds * navigator.hardwareConcurrency)
    return {
      'CPU processor': (1e6 * processor) / rows,
      'CPU postgres': (1e6 * (after.postgres - before.postgres)) / rows,
      'CPU kafka': (1e6 * (after.kafka - before.kafka)) / rows,
      'CPU idle': Math.max(0, 100 * (1 - used)),
    }
  }
}

async function storing(
  place: Place,
  { database }: Drain,
  store: StoreRows,
  connections: number,
  rows: readonly Row[],
): Promise<Sample> {
  const open = Array.from({ length: connections }, () => openSql(database))
  await Promise.all(open.map((sql) => sql`select`))
  const each = Math.ceil(rows.length / connections)
  const measured = measuring(place)
  const cpuBefore = process.cpuUsage()
  const started = performance.now()
  await Promise.all(open.map((sql, at) => store(sql, rows.slice(at * each, (at + 1) * each))))
  const seconds = (performance.now() - started) / 1000
  const { user, system } = process.cpuUsage(cpuBefore)
  const cost = measured(rows.length, (user + system) / 1e6)
  await Promise.all(open.map((sql) => sql.end()))
  return { rows: rows.length / seconds, ...cost }
}

/** `count` processes with so many connections each. */
async function draining(
  place: Place,
  drain: Drain,
  { count, connections }: { readonly count: number; readonly connections: number },
): Promise<Sample> {
  const { events, database } = drain
  const env = { STORE_CONNECTIONS: String(connections) }
  const sql = openSql(database)
  await sql`select`
  const measured = measuring(place)
  const started = performance.now()
  const processors = await Promise.all(
    Array.from({ length: count }, (_, at) => startProcessor(place, drain, String(at), env)),
  )
  const pids = Object.fromEntries(processors.map(({ name, pid }) => [name, pid]))
  const memories: number[] = []
  const timer = setInterval(() => memories.push(Math.max(...Object.values(memory(pids)))), 250)
  try {
    const first = await until('the first batch is stored', () => counted(sql, 1), 60_000)
    const last = await until('all is stored', () => counted(sql, events), 600_000)
    const cpu = Object.values(cpuSeconds(pids)).reduce((sum, each) => sum + each, 0)
    const seconds = (last.at - first.at) / 1000
    return {
      rows: (last.count - first.count) / seconds,
      'first row': first.at - started,
      ...measured(events, cpu),
      memory: Math.max(...memories),
    }
  } finally {
    clearInterval(timer)
    await Promise.all(processors.map((processor) => processor.stop()))
    await sql.end()
  }
}

async function counted(sql: Sql, least: number) {
  const count = await countedRecords(sql)
  return count >= least && { count, at: performance.now() }
}
