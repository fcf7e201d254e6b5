/** Whether anything grows that should not: half an hour of load through every part. */
import { until } from '../../harness/until.ts'
import { services } from '../../service.ts'
import type { Sql } from '../../sql.ts'
import type { Bench, Metric, Sample } from '../bench.ts'
import { load } from '../load.ts'
import { memory, metricsOf, openFiles, type Pids } from '../processes.ts'
import { startPulse } from '../pulse.ts'
import { countedRecords, storedLatency } from '../stored.ts'

const perSecond = 300

const lower = (name: string, unit: string): Metric => ({ name, unit, better: 'lower' })

/** Tables whose rows are changed in place, again and again. */
const changedInPlace = ['pipeline_offsets', 'projection_states', 'projection_positions'] as const

export const bench: Bench = {
  about: `${perSecond} events a second, one a request, through ingest, Kafka, the processor and its projections while a console watches,
one run after the other without a pause: five runs are half an hour. What a run leaves is read at its end, when all of its
events are stored. _Memory_ is what is resident and _files_ are open file descriptors, sockets among them, of each
service. _An event in Postgres_ is what the database has grown by for each event, all tables and indexes together;
_changed in place_ is the size of the tables whose few rows are written again with every batch. Flat is when the last run
has what the first one had. An event that was accepted and is not stored ends the bench.`,
  metrics: [
    lower('not accepted', 'events'),
    ...services.map((name) => lower(`memory ${name}`, 'MiB')),
    ...services.map((name) => lower(`files ${name}`, 'open')),
    lower('an event in Postgres', 'B'),
    lower('changed in place', 'KiB'),
  ],
  pairs: [],

  async open(place, { quick }) {
    const seconds = quick ? 10 : 360
    const { ingest, admin, sql, versions } = await startPulse(place, services)
    const watching = await fetch(`${admin}/live/overview`)
    watching.body?.pipeTo(new WritableStream()).catch(() => undefined) // ends with the admin
    const run = async (seconds: number): Promise<Sample> => {
      const since = new Date()
      const before = { bytes: await databaseBytes(sql), events: await countedRecords(sql) }
      const sent = await load(place, { url: ingest, perSecond, seconds })
      const stored = async () => (await countedRecords(sql)) >= before.events + sent.accepted
      await until('all of the run is stored', stored, 60_000)
      await storedLatency(sql, sent.run, since, sent.accepted) // throws when one is lost
      return {
        'not accepted': sent.notAccepted,
        ...metricsOf('memory', memory(ours(place.pids()))),
        ...metricsOf('files', openFiles(ours(place.pids()))),
        'an event in Postgres': ((await databaseBytes(sql)) - before.bytes) / sent.accepted,
        'changed in place': (await bytesOf(sql, changedInPlace)) / 1024,
      }
    }
    return {
      contenders: ['Pulse'],
      settings: { 'events a second': perSecond, 'seconds a run': seconds },
      versions,
      warmUp: async () => void (await run(5)),
      run: () => run(seconds),
    }
  },
}

const ours = (pids: Pids): Pids =>
  Object.fromEntries(services.map((name) => [name, pids[name] ?? Number.NaN]))

async function databaseBytes(sql: Sql): Promise<number> {
  const [row] = await sql<{ bytes: number }[]>`
    select pg_database_size(current_database())::float8 as bytes`
  return row?.bytes ?? Number.NaN
}

async function bytesOf(sql: Sql, tables: readonly string[]): Promise<number> {
  const [row] = await sql<{ bytes: number }[]>`
    select sum(pg_total_relation_size(name::regclass))::float8 as bytes
      from unnest(${sql.array([...tables])}::text[]) name`
  return row?.bytes ?? Number.NaN
}
