/** A backlog in Kafka that processors take into one fresh database after the other: a run of a bench is one of them. */
import { join } from 'node:path'
import { root } from '../bundle.ts'
import { ensureDatabase } from '../database.ts'
import { freePort } from '../free-port.ts'
import { type Launched, launch } from '../launch.ts'
import { migrate } from '../migrate.ts'
import { startPostgres } from '../native/postgres.ts'
import { withoutServiceSettings } from '../plain-environment.ts'
import { type Environment, readyPath, serviceCommand, serviceEnvironment } from '../service.ts'
import { withSql } from '../sql.ts'
import { aRow, produceBacklog, type Row } from './backlog.ts'
import { openFront } from './front.ts'
import { frontVersions, postgresVersion } from './machine.ts'
import type { Place } from './place.ts'

/** Where a run reads, and where it writes. */
export type Drain = {
  readonly kafka: string
  readonly database: string
  /** How many events there are. */
  readonly events: number
  /** From 1. */
  readonly run: number
}

export type Backlog = {
  readonly rows: readonly Row[]
  readonly settings: Readonly<Record<string, string | number>>
  readonly versions: Readonly<Record<string, string>>
  /** In a database with the schema and the backlog's day, gone after it. */
  inFreshDatabase<T>(work: (drain: Drain) => Promise<T>): Promise<T>
}

/** Durable commits, and Kafka keeps all. `contentOf` makes each event's type and payload. */
export async function openBacklog(
  place: Place,
  events: number,
  contentOf?: Parameters<typeof aRow>[1],
): Promise<Backlog> {
  const { kafka } = await openFront(place, { keepsAll: true })
  const postgres = await startPostgres({
    ...{ dir: join(place.dir, 'postgres'), port: await freePort(), spawned: place.spawned },
    ...{ log: join(place.logs, 'postgres.log'), durable: true },
  })
  const rows = Array.from({ length: events }, (_, at) => aRow(at, contentOf))
  await produceBacklog(kafka, rows)
  const { Kafka = 'unknown' } = frontVersions()
  let runs = 0
  return {
    rows,
    settings: { events, fsync: 'on', replicas: 1 },
    versions: { Kafka, PostgreSQL: await withSql(postgres.url, postgresVersion) },
    async inFreshDatabase(work) {
      const run = ++runs
      const name = `run_${run}`
      const database = await ensureDatabase(postgres.url, name)
      await migrate(database)
      await withSql(database, (sql) => sql`select ensure_day(${rows[0]?.receivedAt ?? ''}::date)`)
      try {
        return await work({ kafka, database, events, run })
      } finally {
        await withSql(postgres.url, (sql) => sql`drop database ${sql(name)} with (force)`)
      }
    },
  }
}

/**
 * A processor of that run, told `env` besides. It is stopped by whoever started it, before the database goes, and so is
 * none of the place's processes, which must not end. Redis is left alone: nothing is dead.
 */
export async function startProcessor(
  place: Place,
  { kafka, database, run }: Drain,
  name: string,
  env: Environment,
): Promise<Launched> {
  const port = await freePort()
  const at = { kafka, postgres: database, ports: { ingest: 0, admin: 0, processor: port } }
  return launch({
    name: `processor-${run}-${name}`,
    command: serviceCommand('processor', ''),
    cwd: root,
    env: {
      ...withoutServiceSettings(process.env),
      ...serviceEnvironment('processor', at),
      KAFKA_GROUP: `bench-${run}`,
      DLQ_REDIS_MIRROR: 'off',
      ...env,
    },
    log: join(place.logs, `processor-${run}-${name}.log`),
    port,
    ready: async () => (await fetch(`http://127.0.0.1:${port}${readyPath('processor')}`)).ok,
  })
}
