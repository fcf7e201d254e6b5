/**
 * Kafka, Postgres and Redis, side by side, in one directory. When one of them fails, the caller
 * has the others from `spawned`, to stop them.
 */
import { join } from 'node:path'
import { installPackages } from '../bootstrap/debian.mjs'
import type { Steps } from '../bootstrap/step.mjs'
import type { Launched, Running } from '../launch.ts'
import { kafkaPackages, startKafka } from './kafka.ts'
import { kafkaJarsCached, readyKafkaJars } from './kafka-jars.ts'
import { postgresPackages, startPostgres } from './postgres.ts'
import { redisPackages, startRedis } from './redis.ts'

export type Place = {
  /** Each server has a directory of its own name in it. */
  readonly dir: string
  readonly logs: string
  readonly cache: string
  readonly ports: Readonly<Record<'kafka' | 'postgres' | 'redis', number>>
  /** False for data that is thrown away. */
  readonly durable: boolean
}

export type Infrastructure = Readonly<Record<'kafka' | 'postgres' | 'redis', Running>>

/** Installs the system packages that the servers miss, in one go. Comes first: it may take minutes. */
export async function installMissing(
  { logs, cache }: Pick<Place, 'logs' | 'cache'>,
  steps: Steps,
): Promise<void> {
  const missing = [...postgresPackages(), ...redisPackages(), ...kafkaPackages(cache)]
  if (missing.length === 0) return
  await steps.run('system', async (note) => {
    note(`installing ${missing.join(' ')}`)
    await installPackages(missing, { log: join(logs, 'system.log') })
    return { result: undefined, detail: missing.join(' ') }
  })
}

export async function bringUp(
  place: Place,
  steps: Steps,
  spawned: (process: Launched) => void,
): Promise<Infrastructure> {
  const { dir, logs, ports, cache, durable } = place
  const options = (name: 'kafka' | 'postgres' | 'redis') => ({
    dir: join(dir, name),
    port: ports[name],
    log: join(logs, `${name}.log`),
    spawned,
  })
  const starting = [
    steps.run('redis', async () => up(await startRedis(options('redis')))),
    steps.run('postgres', async () => up(await startPostgres({ ...options('postgres'), durable }))),
    steps.run('kafka', async (note) => {
      if (!kafkaJarsCached(cache)) note('fetching its jars')
      const jars = await readyKafkaJars(cache, join(logs, 'kafka-jars.log'))
      return up(await startKafka({ ...options('kafka'), jars }))
    }),
  ] as const
  // All of them, even when one fails: nothing is still starting when the failure is told.
  await Promise.allSettled(starting)
  const [redis, postgres, kafka] = await Promise.all(starting)
  return { kafka, postgres, redis }
}

function up(running: Running) {
  const { host } = new URL(running.url.includes('://') ? running.url : `kafka://${running.url}`)
  return { result: running, detail: host }
}
