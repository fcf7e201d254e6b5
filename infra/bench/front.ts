/** Kafka and Redis for front doors that take turns, and what is in them. Records are thrown away after a while. */

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Admin, ListOffsetTimestamps } from '@platformatic/kafka'
import { controlTopic, deadLetterTopic, rawTopic } from '../../contracts/topics.ts'
import { cacheFolder } from '../folders.ts'
import { freePort } from '../free-port.ts'
import { installMissing } from '../native/infrastructure.ts'
import { startKafka } from '../native/kafka.ts'
import { readyKafkaJars } from '../native/kafka-jars.ts'
import { startRedis } from '../native/redis.ts'
import { createTopics } from '../topics.ts'
import type { Place } from './place.ts'

export type Front = {
  /** host:port */
  readonly kafka: string
  readonly redis: string
  readonly topic: string
  /** Records that the topic has taken since it was made, once it takes no more: what was cut off may be under way. */
  logEnd(): Promise<number>
  emptyRedis(): Promise<void>
}

/** A topic beside `events.raw` with a single partition. */
export const onePartition = 'events.raw.one'

/** A run leaves hundreds of megabytes: the disk's own housekeeping is not what is measured. */
const keptBytesOfPartition = 128 * 1024 * 1024

/** `keepsAll`: no record is thrown away. */
export async function openFront(
  { dir, logs, steps, spawned }: Place,
  { keepsAll = false } = {},
): Promise<Front> {
  const cache = cacheFolder()
  await installMissing({ logs, cache }, steps, ['kafka', 'redis'])
  const jars = await readyKafkaJars(cache, join(logs, 'kafka-jars.log'))
  const options = async (name: string) => {
    mkdirSync(join(dir, name), { recursive: true })
    return { dir: join(dir, name), port: await freePort(), log: join(logs, `${name}.log`), spawned }
  }
  const [kafka, redis] = await Promise.all([
    startKafka({
      ...(await options('kafka')),
      jars,
      settings: { 'log.retention.check.interval.ms': '10000' },
    }),
    startRedis(await options('redis')),
  ])
  const thrownAway = {
    ...rawTopic.settings,
    'retention.bytes': String(keptBytesOfPartition),
    'segment.bytes': String(keptBytesOfPartition / 2),
  }
  const settings = keepsAll ? rawTopic.settings : thrownAway
  await createTopics(kafka.url, [
    { ...rawTopic, settings },
    { name: onePartition, partitions: 1, settings },
    deadLetterTopic,
    controlTopic,
  ])
  const admin = new Admin({ clientId: 'pulse-bench', bootstrapBrokers: [kafka.url] })
  const commands = new Bun.RedisClient(redis.url)
  return {
    ...{ kafka: kafka.url, redis: redis.url, topic: rawTopic.name },
    logEnd: () => restingLogEnd(admin),
    emptyRedis: async () => void (await commands.send('FLUSHALL', ['SYNC'])),
  }
}

/** As long as nothing comes in, nothing is under way: a record waits for milliseconds. */
const restMs = 250

async function restingLogEnd(admin: Admin): Promise<number> {
  let end = await logEnd(admin)
  for (;;) {
    await pause(restMs)
    const now = await logEnd(admin)
    if (now === end) return end
    end = now
  }
}

async function logEnd(admin: Admin): Promise<number> {
  const partitions = Array.from({ length: rawTopic.partitions }, (_, partitionIndex) => ({
    partitionIndex,
    timestamp: ListOffsetTimestamps.LATEST,
  }))
  const topics = await admin.listOffsets({ topics: [{ name: rawTopic.name, partitions }] })
  return topics
    .flatMap((topic) => topic.partitions)
    .reduce((sum, { offset }) => sum + Number(offset), 0)
}
