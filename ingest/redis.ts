/**
 * The connection to Redis, and its only user. Promises: every call ends within 250 ms, with undefined when Redis did
 * not answer; after a missed deadline Redis is left alone for a second, so that a slow one costs little. Never
 * queues while disconnected; keeps trying to connect.
 */
import { readFileSync } from 'node:fs'
import { type CommandParser, createClient, defineScript } from '@redis/client'
import type { Log } from '../contracts/log.ts'
import confirmLua from './confirm.lua' with { type: 'text' }
import releaseLua from './release.lua' with { type: 'text' }
import takeLua from './take.lua' with { type: 'text' }

export type Redis = {
  /** Runs one of the scripts; undefined when Redis did not answer in time, or with an error. */
  run(
    script: 'take' | 'confirm' | 'release',
    keys: string[],
    values: string[],
  ): Promise<unknown | undefined>
  /** Round trip now; rejects when Redis does not answer. */
  ping(): Promise<void>
  close(): Promise<void>
}

const deadlineMs = 250
const restMs = 1000

export function openRedis(
  options: { redisUrl: string; redisCaFile?: string | undefined },
  log: Log,
): Redis {
  const url = options.redisUrl
  const tls = options.redisCaFile
    ? { tls: true as const, ca: readFileSync(options.redisCaFile, 'utf8') }
    : {}
  const client = createClient({
    url,
    disableOfflineQueue: true,
    socket: {
      connectTimeout: 1000,
      reconnectStrategy: (tries: number) => Math.min(50 * 2 ** tries, 1000),
      ...tls,
    },
    scripts: { take: script(takeLua), confirm: script(confirmLua), release: script(releaseLua) },
  })
  let available: boolean | undefined
  const heard = (now: boolean, err?: Error) => {
    if (now === available) return
    available = now
    if (now) log.info({}, 'redis connected')
    else log.warn({ err }, 'redis unavailable: accepting without claims')
  }
  client.on('ready', () => heard(true))
  client.on('error', (err: Error) => heard(false, err))
  // Not awaited: events are accepted without Redis, and the client keeps trying.
  client.connect().catch((err) => heard(false, err))

  let restUntil = 0
  const within = async <T>(call: () => Promise<T>): Promise<T | undefined> => {
    if (!client.isReady || performance.now() < restUntil) return undefined
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => {
        restUntil = performance.now() + restMs
        resolve(undefined)
      }, deadlineMs)
    })
    try {
      return await Promise.race([call(), late])
    } catch (err) {
      log.debug({ err }, 'redis call failed')
      return undefined
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    run: (name, keys, values) => within(() => client[name](keys, values)),
    async ping() {
      if ((await within(() => client.ping())) === undefined) throw new Error('no answer from Redis')
    },
    async close() {
      client.destroy()
    },
  }
}

/** A Lua script as a command: run by its hash, sent in full when Redis has forgotten it. */
const script = (source: string) =>
  defineScript({
    SCRIPT: source,
    parseCommand(parser: CommandParser, keys: string[], values: string[]) {
      parser.push(String(keys.length))
      parser.pushKeys(keys)
      parser.push(...values)
    },
    transformReply: (reply: unknown) => reply,
  })
