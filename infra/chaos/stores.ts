/**
 * Kafka, Postgres and Redis for one chaos run, in a throw-away directory on ports of their own. Each can be ended and
 * started again on its port, with its data. What a killed run leaves, the next run of tests or chaos removes.
 */
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Steps } from '../bootstrap/step.mjs'
import { cacheFolder } from '../folders.ts'
import { freePort } from '../free-port.ts'
import type { Running } from '../launch.ts'
import { installMissing } from '../native/infrastructure.ts'
import { startKafka } from '../native/kafka.ts'
import { readyKafkaJars } from '../native/kafka-jars.ts'
import { startPostgres } from '../native/postgres.ts'
import { removeCluster } from '../native/postgres-cluster.ts'
import { startRedis } from '../native/redis.ts'
import { type Part, parts } from '../parts.ts'
import { holdChildren } from '../start/children.ts'
import { claimLock } from '../start/lock.ts'
import { prefix, removeAbandoned } from '../test/abandoned.ts'

/** What a fault finds. */
export type Stores = {
  /** For files of the run. */
  readonly dir: string
  readonly ports: Readonly<Record<Part, number>>
  process(part: Part): Pick<Running, 'url' | 'kill' | 'ended'>
  start(part: Part): Promise<void>
  /** Removes what a part that is down has kept. */
  forget(part: Part): void
  /** What is frozen goes on, and what is down starts. */
  restore(): Promise<void>
}

export type OwnStores = Stores & { startAll(): Promise<unknown>; remove(): Promise<void> }

/** Logs go to `logs`, which stays. Nothing runs before `start`. */
export async function openStores(logs: string, steps: Steps): Promise<OwnStores> {
  await removeAbandoned()
  const dir = mkdtempSync(join(tmpdir(), prefix))
  claimLock(join(dir, 'owner.lock'))
  // The user that Postgres runs as has to pass through.
  chmodSync(dir, 0o711)
  mkdirSync(logs, { recursive: true })
  const cache = cacheFolder()
  await installMissing({ logs, cache }, steps)
  const jars = await readyKafkaJars(cache, join(logs, 'kafka-jars.log'))
  const children = holdChildren(join(dir, 'children.json'))
  const ports = { kafka: await freePort(), postgres: await freePort(), redis: await freePort() }
  const running = new Map<Part, Running>()
  const down = new Set<Part>()

  const options = (part: Part) => ({
    dir: join(dir, part),
    port: ports[part],
    log: join(logs, `${part}.log`),
    spawned: children.add,
  })
  const starts: Readonly<Record<Part, () => Promise<Running>>> = {
    kafka: () => startKafka({ ...options('kafka'), jars }),
    // Durable: it is killed, and what it committed before has to be there afterwards.
    postgres: () => startPostgres({ ...options('postgres'), durable: true }),
    redis: () => startRedis(options('redis')),
  }
  const start = async (part: Part): Promise<void> => {
    const process = await starts[part]()
    running.set(part, process)
    down.delete(part)
    void process.ended.then(() => running.get(part) === process && down.add(part))
  }

  return {
    dir,
    ports,
    start,
    startAll: () => Promise.all(parts.map((part) => steps.run(part, () => started(start(part))))),
    process(part) {
      const found = running.get(part)
      if (!found) throw new Error(`${part} was not started`)
      return found
    },
    forget: (part) => rmSync(join(dir, part), { recursive: true }),
    async restore() {
      for (const { kill } of running.values()) kill('SIGCONT')
      for (const part of down) await start(part)
    },
    async remove() {
      await children.stopAll()
      removeCluster(join(dir, 'postgres'))
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

const started = async (starting: Promise<void>) => ({ result: await starting })
