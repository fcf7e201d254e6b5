/**
 * A Pulse to measure: its own Kafka, Postgres and Redis, ingest and processor, as processes of the place. Nothing is
 * eased: commits are durable, and every setting of a service has its default.
 */
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { bundleIngest, root } from '../bundle.ts'
import { ensureDatabase } from '../database.ts'
import { cacheFolder } from '../folders.ts'
import { freePort } from '../free-port.ts'
import { launch } from '../launch.ts'
import { migrate } from '../migrate.ts'
import { bringUpParts, installMissing } from '../native/infrastructure.ts'
import { startPostgres } from '../native/postgres.ts'
import { withoutServiceSettings } from '../plain-environment.ts'
import {
  type Addresses,
  developmentApiKeys,
  readyPath,
  type ServiceName,
  serviceCommand,
  serviceEnvironment,
} from '../service.ts'
import { openSql, type Sql } from '../sql.ts'
import { createTopics } from '../topics.ts'
import { frontVersions, postgresVersion } from './machine.ts'
import type { Place } from './place.ts'

export type MeasuredPulse = {
  /** URL of its front door. */
  readonly ingest: string
  /** URL of its pages. */
  readonly admin: string
  readonly sql: Sql
  readonly versions: Readonly<Record<string, string>>
}

/** `services`: the admin takes part only where it is measured. */
export async function startPulse(
  place: Place,
  services: readonly ServiceName[] = ['ingest', 'processor'],
): Promise<MeasuredPulse> {
  const { dir, logs, steps, spawned } = place
  const cache = cacheFolder()
  const ports = {
    ...{ kafka: await freePort(), postgres: await freePort(), redis: await freePort() },
    ...{ ingest: await freePort(), processor: await freePort(), admin: await freePort() },
  }
  await installMissing({ logs, cache }, steps)
  const where = { dir, logs, cache, ports, durable: true }
  const [{ kafka, redis }, postgres] = await Promise.all([
    bringUpParts(['kafka', 'redis'], where, steps, spawned),
    startPostgres({
      ...{ dir: join(dir, 'postgres'), port: ports.postgres, log: join(logs, 'postgres.log') },
      // Postgres then knows when each row was committed.
      ...{ settings: { track_commit_timestamp: 'on' }, spawned },
    }),
  ])
  if (!kafka || !redis) throw new Error('a server was left out')
  const database = await ensureDatabase(postgres.url, 'pulse')
  await Promise.all([migrate(database), createTopics(kafka.url)])
  const at: Addresses = {
    ...{ kafka: kafka.url, postgres: database, redis: redis.url, ports },
    apiKeys: developmentApiKeys(),
  }
  const bundle = await readyBundle(place)
  await Promise.all(services.map((service) => startService(service, bundle, at, place)))
  const sql = openSql(database, 2)
  const versions = { ...frontVersions(), PostgreSQL: await postgresVersion(sql) }
  const url = (service: ServiceName) => `http://127.0.0.1:${ports[service]}`
  return { ingest: url('ingest'), admin: url('admin'), sql, versions }
}

/** The bundle finds its packages beside it. */
export function readyBundle({ dir, logs }: Place): Promise<string> {
  const folder = join(dir, 'ingest')
  mkdirSync(folder)
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  return bundleIngest(folder, join(logs, 'bundle.log'))
}

export function startService(service: ServiceName, bundle: string, at: Addresses, place: Place) {
  const port = at.ports[service]
  return place.steps.run(service, async () => {
    await launch({
      name: service,
      command: serviceCommand(service, bundle),
      cwd: root,
      env: { ...withoutServiceSettings(process.env), ...serviceEnvironment(service, at) },
      log: join(place.logs, `${service}.log`),
      port,
      ready: async () => (await fetch(`http://127.0.0.1:${port}${readyPath(service)}`)).ok,
      spawned: place.spawned,
    })
    return { result: undefined }
  })
}
