/**
 * The newest dead letters as a list in Redis, for those who look there: `LRANGE dlq:events 0 -1`, newest first. The only
 * connection to Redis. A convenience beside the table and the topic, which are the truth: nobody waits for it, nothing
 * is tried twice, and what could not be written is counted.
 * Bounds: 1,000 letters of some 16 KiB in Redis, as many here; a write has a second.
 */
import { createClient } from '@redis/client'
import type { Log } from '../contracts/log.ts'
import { type RedisConnection, redisTls } from '../contracts/redis-connection.ts'
import type { DeadLetter } from './dead-letter.ts'
import { mirrorEntry } from './mirror-entry.ts'

export type Mirror = {
  /** Takes letters along and returns at once. */
  offer(letters: readonly DeadLetter[]): void
  /** Writes what it still has, within the deadline of one write, and ends. */
  close(): Promise<void>
}

/** Told what became of letters. */
export type ObserveMirror = (outcome: 'written' | 'failed', letters: number) => void

export const mirrorKey = 'dlq:events'
const mostLetters = 1000
const lettersOfOneWrite = 100
const deadlineMs = 1000
/** Commands of a Redis that does not answer; a write is four. */
const mostCommands = 16

export const noMirror: Mirror = { offer() {}, async close() {} }

export function openMirror(options: RedisConnection, observe: ObserveMirror, log: Log): Mirror {
  const client = createClient({
    url: options.redisUrl,
    disableOfflineQueue: true,
    commandsQueueMaxLength: mostCommands,
    socket: {
      connectTimeout: deadlineMs,
      reconnectStrategy: (tries: number) => Math.min(50 * 2 ** tries, 5000),
      ...redisTls(options),
    },
  })
  let works = true
  const heard = (now: boolean, err?: unknown) => {
    if (now !== works && now) log.info({}, 'dead letters are mirrored to Redis again')
    if (now !== works && !now) log.warn({ err }, 'dead letters are not mirrored to Redis')
    works = now
  }
  client.on('error', (err: Error) => heard(false, err))
  // Not awaited: the client keeps trying, and nothing depends on it.
  client.connect().catch((err) => heard(false, err))

  const waiting: string[] = []
  let writing: Promise<void> | undefined

  const write = async (entries: string[]) => {
    try {
      const pushing = client
        .multi()
        .lPush(mirrorKey, entries)
        .lTrim(mirrorKey, 0, mostLetters - 1)
        .exec()
      await withinDeadline(pushing)
      observe('written', entries.length)
      heard(true)
    } catch (err) {
      observe('failed', entries.length)
      heard(false, err)
    }
  }
  const writeAll = async () => {
    while (waiting.length > 0) await write(waiting.splice(0, lettersOfOneWrite))
    writing = undefined
  }

  return {
    offer(letters) {
      waiting.push(...letters.map(mirrorEntry))
      const tooMany = waiting.length - mostLetters
      // The oldest go: they would be the first to be trimmed.
      if (tooMany > 0) observe('failed', waiting.splice(0, tooMany).length)
      writing ??= writeAll()
    },
    async close() {
      await withinDeadline(writing ?? Promise.resolve()).catch(() => undefined)
      if (client.isOpen) client.destroy()
    },
  }
}

async function withinDeadline<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${deadlineMs} ms`)), deadlineMs)
  })
  work.catch(() => undefined) // one that fails after the deadline has been told of
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
