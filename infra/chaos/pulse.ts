/**
 * Pulse for one fault: topics, a consumer group and a database of its own, and the three services on ports that they
 * keep over restarts, with a second ingest where the fault asks for it. A process that ends without having been told to
 * is remembered.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../free-port.ts'
import { freshDatabase } from '../harness/database.ts'
import { openProxy } from '../harness/proxy.ts'
import { type Service, spawnService } from '../harness/service.ts'
import { freshTopics } from '../harness/topics.ts'
import { until } from '../harness/until.ts'
import { describeExit } from '../launch.ts'
import {
  type Environment,
  readyPath,
  type ServiceName,
  services,
  stackEnvironment,
} from '../service.ts'
import { openSql } from '../sql.ts'
import type { Fault, Link, PulseProcess } from './fault.ts'
import type { Stores } from './stores.ts'

/** The recovery's events are another tenant's than the load's. */
export const probeTenant = { name: 'tenant_probe', key: 'key_probe' } as const
const loadTenant = { name: 'tenant_load', key: 'key_load' } as const

const serviceOf = (name: PulseProcess): ServiceName => {
  if (name === 'second-ingest') return 'ingest'
  return name === 'second-processor' ? 'processor' : name
}

/** What a fault needs to be there. */
type Needs = Pick<Fault, 'through' | 'doors' | 'processors' | 'ingest'>

export type Pulse = Awaited<ReturnType<typeof startPulse>>

export async function startPulse(
  stores: Stores,
  { through, doors, processors, ingest: settings }: Needs,
) {
  const kafka = stores.process('kafka').url
  const [topics, database] = await Promise.all([
    freshTopics(kafka),
    freshDatabase(stores.process('postgres').url),
  ])
  const proxied = through === 'processor-postgres' ? 'postgres' : 'redis'
  const proxy = through && (await openProxy(stores.ports[proxied]))
  const at = (link: Link, url: string) =>
    proxy && link === through ? onPort(url, proxy.port) : url
  const ports: Readonly<Record<PulseProcess, number>> = {
    ingest: await freePort(),
    'second-ingest': await freePort(),
    processor: await freePort(),
    'second-processor': await freePort(),
    admin: await freePort(),
  }
  const grpcPorts = { ingest: await freePort(), 'second-ingest': await freePort() }
  const names: readonly PulseProcess[] = [
    ...services,
    ...(doors === 2 ? (['second-ingest'] as const) : []),
    ...(processors === 2 ? (['second-processor'] as const) : []),
  ]
  const door = doors && (await openProxy(ports.ingest, ports['second-ingest']))
  const grpcDoor = doors && (await openProxy(grpcPorts.ingest, grpcPorts['second-ingest']))
  const url = (name: PulseProcess) => `http://127.0.0.1:${ports[name]}`
  const ingestUrl = door ? `http://127.0.0.1:${door.port}` : url('ingest')
  const shared = stackEnvironment(kafka, topics)
  const ingest = {
    ...shared,
    REDIS_URL: at('ingest-redis', stores.process('redis').url),
    API_KEYS: [loadTenant, probeTenant].map(({ name, key }) => `${name}:${key}:unlimited`).join(),
    ...settings,
  }
  const ingestAt = (name: 'ingest' | 'second-ingest') => ({
    ...ingest,
    INGEST_PORT: String(ports[name]),
    GRPC_PORT: String(grpcPorts[name]),
  })
  const processor = {
    ...shared,
    DATABASE_URL: at('processor-postgres', database.url),
    REDIS_URL: stores.process('redis').url,
  }
  const environments: Readonly<Record<PulseProcess, Environment>> = {
    ...{ ingest: ingestAt('ingest'), 'second-ingest': ingestAt('second-ingest') },
    processor: { ...processor, PROCESSOR_PORT: String(ports.processor) },
    'second-processor': { ...processor, PROCESSOR_PORT: String(ports['second-processor']) },
    admin: {
      ...shared,
      ADMIN_PORT: String(ports.admin),
      DATABASE_URL: database.url,
      INGEST_URL: url('ingest'),
      PROCESSOR_URL: url('processor'),
    },
  }

  const running = new Map<PulseProcess, Service>()
  const told = new Set<number>()
  const deaths: string[] = []
  const logs: { readonly name: string; readonly log: string }[] = []
  const start = async (name: PulseProcess): Promise<void> => {
    const service = await spawnService(serviceOf(name), environments[name])
    running.set(name, service)
    logs.push({ name, log: service.log })
    void service.ended.then((exit) => {
      if (!told.has(service.pid)) deaths.push(`${name} ended by itself (${describeExit(exit)})`)
    })
  }
  const isReady = async (name: PulseProcess) => {
    const signal = AbortSignal.timeout(5_000)
    return (await fetch(url(name) + readyPath(serviceOf(name)), { signal })).ok
  }
  const ready = (withinMs: number) =>
    Promise.all(names.map((name) => until(`${name} is ready`, () => isReady(name), withinMs)))
  const sql = openSql(database.url, 4)

  await Promise.all(names.map(start))
  await ready(60_000)
  const runtime = join(stores.dir, `${topics.group}.json`)
  const tenants = { [loadTenant.name]: loadTenant.key }
  writeFileSync(
    runtime,
    JSON.stringify({
      ...{ ingest: ingestUrl, grpc: `127.0.0.1:${grpcDoor?.port ?? grpcPorts.ingest}` },
      ...{ admin: url('admin'), postgres: database.url, tenants },
    }),
    { mode: 0o600 },
  )

  return {
    sql,
    database: database.url,
    topics,
    proxy,
    ingestUrl,
    /** Of each ingest itself. */
    ingests: names.filter((name) => serviceOf(name) === 'ingest').map(url),
    /** The file that the load generator reads. */
    runtime,
    /** Services that ended although nobody told them to. */
    deaths,
    /** The log of every process that was started. */
    logs,
    start,
    ready,
    process(name: PulseProcess): Service {
      const found = running.get(name)
      if (!found) throw new Error(`${name} was not started`)
      return found
    },
    /** Its end is the fault's doing. */
    expectEnd: (name: PulseProcess) => void told.add(running.get(name)?.pid ?? 0),
    async stop(): Promise<void> {
      for (const service of running.values()) told.add(service.pid)
      await Promise.all([...running.values()].map((service) => service.stop()))
      await sql.end({ timeout: 5 })
      await Promise.all([proxy?.close(), door?.close(), grpcDoor?.close()])
      await Promise.all([topics.remove(), database.drop()])
    },
  }
}

function onPort(url: string, port: number): string {
  const changed = new URL(url)
  changed.port = String(port)
  return changed.href
}
