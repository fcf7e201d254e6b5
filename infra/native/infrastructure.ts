/**
 * Kafka, Postgres and Redis, side by side, in one directory. When one of them fails, the caller
 * has the others from `spawned`, to stop them.
 */
import { join } from 'node:path'
import { installPackages } from '../bootstrap/debian.mjs'
import type { Note, Steps } from '../bootstrap/step.mjs'
import type { Launched, Running } from '../launch.ts'
import { type Part, parts } from '../parts.ts'
import { kafkaPackages, startKafka } from './kafka.ts'
import { kafkaJarsCached, readyKafkaJars } from './kafka-jars.ts'
import { postgresPackages, startPostgres } from './postgres.ts'
import { redisPackages, startRedis } from './redis.ts'

export type Place = {
  /** Each server has a directory of its own name in it. */
  readonly dir: string
  readonly logs: string
  readonly cache: string
  readonly ports: Readonly<Record<Part, number>>
  /** False for data that is thrown away. */
  readonly durable: boolean
  /** Folder of Postgres' server programs, when they are not the system's. */
  readonly postgresBin?: string | undefined
}

export type Infrastructure = Readonly<Record<Part, Running>>

/** Installs the system packages that the servers of `wanted` miss, and `others`, in one go. Comes first: it may take minutes. */
export async function installMissing(
  { logs, cache }: Pick<Place, 'logs' | 'cache'>,
  steps: Steps,
  wanted: readonly Part[] = parts,
  others: readonly string[] = [],
): Promise<void> {
  const packages = { postgres: postgresPackages, redis: redisPackages, kafka: kafkaPackages }
  const missing = [...wanted.flatMap((part) => packages[part](cache)), ...others]
  if (missing.length === 0) return
  await steps.run('system', async (note) => {
    note(`installing ${missing.join(' ')}`)
    await installPackages(missing, { log: join(logs, 'system.log') })
    return { result: undefined, detail: missing.join(' ') }
  })
}

/** Starts all three. */
export async function bringUp(
  place: Place,
  steps: Steps,
  spawned: (process: Launched) => void,
): Promise<Infrastructure> {
  const { kafka, postgres, redis } = await bringUpParts(parts, place, steps, spawned)
  if (!kafka || !postgres || !redis) throw new Error('a server was left out')
  return { kafka, postgres, redis }
}

/** Starts the servers of `wanted`. */
export async function bringUpParts(
  wanted: readonly Part[],
  place: Place,
  steps: Steps,
  spawned: (process: Launched) => void,
): Promise<Partial<Infrastructure>> {
  const { dir, logs, ports, cache, durable, postgresBin } = place
  const options = (name: Part) => ({
    dir: join(dir, name),
    port: ports[name],
    log: join(logs, `${name}.log`),
    spawned,
  })
  const start: Record<Part, (note: Note) => Promise<Running>> = {
    redis: () => startRedis({ ...options('redis'), durable }),
    postgres: () => startPostgres({ ...options('postgres'), durable, bin: postgresBin }),
    kafka: async (note) => {
      if (!kafkaJarsCached(cache)) note('fetching its jars')
      const jars = await readyKafkaJars(cache, join(logs, 'kafka-jars.log'))
      return startKafka({ ...options('kafka'), jars })
    },
  }
  const starting = wanted.map(
    async (part) =>
      [part, await steps.run(part, async (note) => up(await start[part](note)))] as const,
  )
  // All of them, even when one fails: nothing is still starting when the failure is told.
  await Promise.allSettled(starting)
  return Object.fromEntries(await Promise.all(starting))
}

function up(running: Running) {
  const { host } = new URL(running.url.includes('://') ? running.url : `kafka://${running.url}`)
  return { result: running, detail: host }
}
