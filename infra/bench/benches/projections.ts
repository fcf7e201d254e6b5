/** How fast projections follow, and what that costs the store: a backlog of commerce events into tables of events and of commerce. */
import { until } from '../../harness/until.ts'
import { type Sql, withSql } from '../../sql.ts'
import type { Bench, Metric, Sample } from '../bench.ts'
import { commerceContent } from '../commerce.ts'
import { type Drain, openBacklog, startProcessor } from '../drain.ts'
import type { Place } from '../place.ts'
import { cpuSeconds } from '../processes.ts'
import { countedRecords } from '../stored.ts'

const higher = (name: string, unit: string): Metric => ({ name, unit, better: 'higher' })
const lower = (name: string, unit: string): Metric => ({ name, unit, better: 'lower' })

export const bench: Bench = {
  about: `Distinct events of commerce (of twenty four users, seven orders of two items, five payments, four adjustments) that lie
in Kafka, six partitions, before anything starts, and one processor as it ships, on a fresh database. _Store_: projections
are off. _Nothing noted_: the same without the trigger that notes where events lie for projections. _Indexed by offset_:
without it, with an index of events by topic, partition and offset in its place. _Store and projections_: both at once, as
it ships. _Projections_: everything is stored already, and the four catch up with it. _History_: the same for projections
that are new, or rebuilt, and read events by their primary key. Events a second are from the first that is seen in the
tables to the last; CPU is for a million events.`,
  metrics: [
    higher('stored', '1/s'),
    higher('projected', '1/s'),
    lower('projected after stored', 'ms'),
    lower('CPU processor', 's/M'),
    lower('CPU postgres', 's/M'),
  ],
  pairs: [
    { metric: 'stored', of: 'store', to: 'store, nothing noted' },
    { metric: 'stored', of: 'store, indexed by offset', to: 'store, nothing noted' },
    { metric: 'stored', of: 'store and projections', to: 'store' },
  ],

  async open(place, { quick }) {
    const events = quick ? 60_000 : 200_000
    const backlog = await openBacklog(place, events, commerceContent)
    const { settings, versions } = backlog
    const run = (name: string): Promise<Sample> =>
      backlog.inFreshDatabase(async (drain) => (await contenders[name]?.(place, drain)) ?? {})
    return {
      ...{ contenders: Object.keys(contenders), settings, versions },
      warmUp: async (name) => void (await run(name)),
      run,
    }
  },
}

const withoutTrigger = 'drop trigger note_event_batch on events'
const withIndex = 'create index on events (topic_id, partition, "offset")'
/** As if they had been there before anything was stored. */
const followFromTheStart = `
  insert into projection_states (name, phase, history)
  values ('users', 'following', 0), ('orders', 'following', 0), ('payments', 'following', 0),
         ('inventory', 'following', 0)`

const contenders: Readonly<Record<string, (place: Place, drain: Drain) => Promise<Sample>>> = {
  'store, nothing noted': (place, drain) => storing(place, drain, withoutTrigger),
  store: (place, drain) => storing(place, drain, 'select'),
  'store, indexed by offset': (place, drain) =>
    storing(place, drain, `${withoutTrigger}; ${withIndex}`),
  'store and projections': (place, drain) =>
    withSql(drain.database, (sql) =>
      measured(place, drain, sql, 'on', async () => {
        const stored = await between(sql, drain.events, countedRecords)
        const projected = await between(sql, drain.events, projectedRecords)
        return {
          ...{ stored: stored.perSecond, projected: projected.perSecond },
          'projected after stored': projected.endedAt - stored.endedAt,
        }
      }),
    ),
  projections: (place, drain) => projecting(place, drain, followFromTheStart),
  history: (place, drain) => projecting(place, drain, 'delete from event_batches'),
}

const storing = (place: Place, drain: Drain, before: string): Promise<Sample> =>
  withSql(drain.database, async (sql) => {
    await sql.unsafe(before)
    return await measured(place, drain, sql, 'off', async () => ({
      stored: (await between(sql, drain.events, countedRecords)).perSecond,
    }))
  })

/** Stores everything first, and that is not measured. */
const projecting = (place: Place, drain: Drain, before: string): Promise<Sample> =>
  withSql(drain.database, async (sql) => {
    await measured(place, drain, sql, 'off', async () => {
      await between(sql, drain.events, countedRecords)
      return {}
    })
    await sql.unsafe(before)
    return await measured(place, drain, sql, 'on', async () => ({
      projected: (await between(sql, drain.events, projectedRecords)).perSecond,
    }))
  })

/** Runs a processor while `work` looks on, and adds what that cost. */
async function measured(
  place: Place,
  drain: Drain,
  sql: Sql,
  projections: 'on' | 'off',
  work: () => Promise<Sample>,
): Promise<Sample> {
  await sql`select`
  const postgresBefore = cpuSeconds(place.pids()).postgres ?? 0
  const processor = await startProcessor(place, drain, projections, {
    PROJECTIONS: projections,
  })
  try {
    const sample = await work()
    const cpu = cpuSeconds({ processor: processor.pid })
    const postgres = (cpuSeconds(place.pids()).postgres ?? 0) - postgresBefore
    return {
      ...sample,
      'CPU processor': (1e6 * (cpu.processor ?? 0)) / drain.events,
      'CPU postgres': (1e6 * postgres) / drain.events,
    }
  } finally {
    await processor.stop()
  }
}

/** From the first record that is seen to the last. */
async function between(sql: Sql, events: number, count: (sql: Sql) => Promise<number>) {
  const seen = async (least: number) => {
    const found = await count(sql)
    return found >= least && { found, at: performance.now() }
  }
  const first = await until('the first are there', () => seen(1), 60_000)
  const last = await until('all are there', () => seen(events), 600_000)
  const perSecond = (1000 * (last.found - first.found)) / (last.at - first.at)
  return { perSecond, endedAt: last.at }
}

/** Events that the projections have applied; each is followed by one of them. */
async function projectedRecords(sql: Sql): Promise<number> {
  const [row] = await sql<{ applied: number }[]>`
    select coalesce(sum(applied), 0)::int as applied from projection_states`
  return row?.applied ?? 0
}
