/** What Postgres knows of a run: how far it is counted, and how long its events took to be stored. */
import type { Sql } from '../sql.ts'
import type { Sample } from './bench.ts'

/** Records of all partitions that have an outcome. */
export async function countedRecords(sql: Sql): Promise<number> {
  const [row] = await sql<{ counted: number }[]>`
    select coalesce(sum(stored + duplicate + dead + skipped), 0)::float8 as counted
      from pipeline_offsets`
  return row?.counted ?? 0
}

type Row = { rows: number; stored: number[] | null; committed: number[] | null }

/** Programs warm up and connections open: the first events of a run are left out. */
const leftOutSeconds = 2

/** Throws unless `accepted` events of the load generator's run are stored. Percentiles are those of a real event. */
export async function storedLatency(
  sql: Sql,
  run: string,
  since: Date,
  accepted: number,
): Promise<Sample> {
  const [row] = await sql<Row[]>`
    with of_run as (
      select received_at, processed_at - received_at as stored,
             pg_xact_commit_timestamp(xmin) - received_at as committed
        from events
       where received_at >= ${since} and starts_with(idempotency_key, ${`load-${run}-`})
    ), counted as (
      select 1000 * extract(epoch from stored)::float8 as stored,
             1000 * extract(epoch from committed)::float8 as committed
        from of_run
       where received_at >= (select min(received_at) from of_run) + ${leftOutSeconds} * interval '1 s'
    )
    select (select count(*)::int from of_run) as rows,
           percentile_disc(array[0.5, 0.95, 0.99, 1]) within group (order by stored) as stored,
           percentile_disc(array[0.5, 0.95, 0.99, 1]) within group (order by committed) as committed
      from counted`
  if (!row || row.rows < accepted) throw new Error(`${row?.rows} of ${accepted} events are stored`)
  return { ...points('stored', row.stored ?? []), ...points('committed', row.committed ?? []) }
}

/** None when a run was no longer than what is left out. */
const points = (name: string, values: readonly number[]): Sample =>
  Object.fromEntries(
    values.map((value, at) => [`${name} ${['p50', 'p95', 'p99', 'max'][at]}`, value]),
  )
