/** How fast a backlog comes into Postgres: Pulse's processor beside what Postgres can do, and what is written instead. */
import { join } from 'node:path'
import { root } from '../../bundle.ts'
import { ensureDatabase } from '../../database.ts'
import { until } from '../../harness/until.ts'
import { type Launched, launch } from '../../launch.ts'
import { migrate } from '../../migrate.ts'
import { startPostgres } from '../../native/postgres.ts'
import { freePort } from '../../ports.ts'
import { readyPath, serviceCommand, serviceEnvironment } from '../../service.ts'
import { openSql, type Sql, withSql } from '../../sql.ts'
import { withoutServiceSettings } from '../../test/addresses.ts'
import { aRow, produceBacklog, type Row } from '../backlog.ts'
import type { Bench, Metric, Sample } from '../bench.ts'
import { copyRows, manyAtOnce, oneByOne, type StoreRows } from '../contenders/stores.ts'
import { openFront } from '../front.ts'
import { frontVersions } from '../machine.ts'
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
_a thousand at once_ inserts with ON CONFLICT. Rows a second are those between the first batch that is seen in the tables
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
    const front = await openFront(place, { keepsAll: true })
    const postgres = await startPostgres({
      ...{ dir: join(place.dir, 'postgres'), port: await freePort(), spawned: place.spawned },
      ...{ log: join(place.logs, 'postgres.log'), durable: true },
    })
    const rows = Array.from({ length: events }, (_, at) => aRow(at))
    await produceBacklog(front.kafka, rows)
    let runs = 0
    /** A database for one run, gone after it. */
    const inFreshDatabase = async (run: (database: string) => Promise<Sample>) => {
      const name = `run_${++runs}`
      const database = await ensureDatabase(postgres.url, name)
      await migrate(database)
      await withSql(database, (sql) => sql`select ensure_day(${rows[0]?.receivedAt ?? ''}::date)`)
      try {
        return await run(database)
      } finally {
        await withSql(postgres.url, (sql) => sql`drop database ${sql(name)} with (force)`)
      }
    }
    const stores = (store: StoreRows, connections: number, share: number) => (database: string) =>
      storing(place, database, store, connections, rows.slice(0, events * share))
    const processors = (count: number, connections: number) => (database: string) =>
      draining(place, { kafka: front.kafka, database, count, connections, events, run: runs })
    const contenders: Readonly<Record<string, (database: string) => Promise<Sample>>> = {
      'COPY, 1': stores(copyRows, 1, 1),
      'Pulse, 1': processors(1, 1),
      'COPY, 2': stores(copyRows, 2, 1),
      'Pulse, 2': processors(1, 2),
      'Pulse, 2 processes': processors(2, 2),
      'row by row': stores(oneByOne, 1, 0.02),
      'a thousand at once': stores(manyAtOnce, 2, 0.5),
    }
    const run = (name: string) => inFreshDatabase(contenders[name] as never)
    return {
      contenders: Object.keys(contenders),
      settings: { events, fsync: 'on', replicas: 1 },
      versions: frontVersions(),
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
  database: string,
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

type Drain = {
  readonly kafka: string
  readonly database: string
  /** Processes, and connections of each. */
  readonly count: number
  readonly connections: number
  readonly events: number
  readonly run: number
}

async function draining(place: Place, drain: Drain): Promise<Sample> {
  const { events, database } = drain
  const sql = openSql(database)
  await sql`select`
  const measured = measuring(place)
  const started = performance.now()
  const processors = await Promise.all(
    Array.from({ length: drain.count }, (_, at) => startProcessor(place, drain, at)),
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

/** With Redis left alone: nothing is dead. */
async function startProcessor(place: Place, drain: Drain, at: number): Promise<Launched> {
  const name = `processor-${drain.run}-${at}`
  const port = await freePort()
  const ports = { ingest: 0, admin: 0, processor: port }
  return launch({
    name,
    command: serviceCommand('processor', ''),
    cwd: root,
    env: {
      ...withoutServiceSettings(process.env),
      ...serviceEnvironment('processor', { kafka: drain.kafka, postgres: drain.database, ports }),
      KAFKA_GROUP: `bench-${drain.run}`,
      STORE_CONNECTIONS: String(drain.connections),
      DLQ_REDIS_MIRROR: 'off',
    },
    log: join(place.logs, `${name}.log`),
    port,
    ready: async () => (await fetch(`http://127.0.0.1:${port}${readyPath('processor')}`)).ok,
  })
}
