/**
 * The connection to Redis, and its only user. Promises: every call ends within its deadline, and says whether Redis
 * answered; after a missed one no claim is asked for a while, so that a slow Redis costs little. Never queues
 * while disconnected; keeps trying to connect; gives up a connection that has gone silent for a new one.
 */
import { type CommandParser, createClient, defineScript } from '@redis/client'
import type { Log } from '../contracts/log.ts'
import { type RedisConnection, redisTls } from '../contracts/redis-connection.ts'
import confirmLua from './confirm.lua' with { type: 'text' }
import releaseLua from './release.lua' with { type: 'text' }
import takeLua from './take.lua' with { type: 'text' }
import { redisLastMs, redisRestMs, redisSilenceMs } from './timing.ts'

export type Reply =
  | { readonly is: 'answer'; readonly value: unknown }
  /** None in time, or an error: it may have done what it was asked for. */
  | { readonly is: 'silence' }
  /** It was not asked, because it is not there, or would not answer in time. */
  | { readonly is: 'unasked' }

export type Redis = {
  /** Runs one of the scripts. Never rejects. */
  run(script: 'take' | 'confirm' | 'release', keys: string[], values: string[]): Promise<Reply>
  /** Writes something now; rejects when Redis does not take it. */
  probe(): Promise<void>
  close(): Promise<void>
}

const noAnswer: Reply = { is: 'silence' }
const unasked: Reply = { is: 'unasked' }

/** Commands that may wait for a Redis that does not answer. */
const mostWaiting = 20_000

export type RedisOptions = RedisConnection & {
  /** What every call has for its answer. */
  readonly redisDeadlineMs: number
}

/** `stopping`: whether the process was told to stop, and so cannot wait as long as it might. */
export function openRedis(
  options: RedisOptions,
  log: Log,
  stopping: () => boolean = () => false,
): Redis {
  const deadlineMs = () =>
    stopping() ? Math.min(options.redisDeadlineMs, redisLastMs) : options.redisDeadlineMs
  let available: boolean | undefined
  const heard = (now: boolean, err?: unknown) => {
    if (now === available) return
    available = now
    if (now) log.info({}, 'redis answers')
    else log.warn({ err }, 'redis unavailable: accepting without claims')
  }
  const silence = makeSilence(redisSilenceMs, () => {
    heard(false, new Error(`silent for ${redisSilenceMs} ms`))
    client.destroy()
    client = connect()
  })

  function connect() {
    const connecting = makeClient(options)
    connecting.on('connect', silence.asked)
    connecting.on('ready', () => {
      // Before anything is asked: a call that has to be sent again, with its script, comes behind those made after it.
      // Where they are not taken, that is so.
      for (const source of [takeLua, confirmLua, releaseLua])
        connecting.scriptLoad(source).catch(() => {})
      silence.answered()
      heard(true)
    })
    connecting.on('error', (err: Error) => {
      silence.answered()
      heard(false, err)
    })
    // Not awaited: events are accepted without Redis, and the client keeps trying.
    connecting.connect().catch((err) => heard(false, err))
    return connecting
  }
  let client = connect()

  let restUntil = 0
  const call = async (command: () => Promise<unknown>): Promise<Reply> => {
    if (!client.isReady) return unasked
    try {
      silence.asked()
      const asked = command()
      asked.then(silence.answered, silence.answered)
      const withinMs = deadlineMs()
      const answer = await withDeadline(asked, withinMs)
      if (answer === late) {
        restUntil = performance.now() + redisRestMs
        heard(false, new Error(`no answer within ${withinMs} ms`))
        return noAnswer
      }
      heard(true)
      return { is: 'answer', value: answer }
    } catch (err) {
      heard(false, err)
      return noAnswer
    }
  }

  return {
    async run(name, keys, values) {
      // What was taken is confirmed or released all the same: a claim left pending refuses repeats for its lease.
      if (name === 'take' && performance.now() < restUntil) return unasked
      return await call(() => client[name](keys, values))
    },
    async probe() {
      // A write: a Redis that is full, or a replica, answers PING.
      const reply = await call(() => client.set('pulse:probe', '1', { PX: 1000 }))
      if (reply.is !== 'answer') throw new Error('no answer from Redis')
    },
    async close() {
      silence.close()
      // What was asked for is still answered: confirmations of the last events may be on their way.
      if (client.isReady) await withDeadline(client.close(), deadlineMs()).catch(() => {})
      if (client.isOpen) client.destroy()
    },
  }
}

const makeClient = (options: RedisConnection) =>
  createClient({
    url: options.redisUrl,
    disableOfflineQueue: true,
    commandsQueueMaxLength: mostWaiting,
    // None of the client's own: it makes an AbortSignal for each command, and `withDeadline` has a deadline already.
    commandOptions: { timeout: 0 },
    socket: {
      connectTimeout: 1000,
      reconnectStrategy: (tries: number) => Math.min(50 * 2 ** tries, 1000),
      ...redisTls(options),
    },
    scripts: { take: script(takeLua), confirm: script(confirmLua), release: script(releaseLua) },
  })

/**
 * Notices a connection that has died without a word, as when a router forgot it: TCP itself would take a quarter of an
 * hour. `onSilence` is called when something is asked and nothing is answered for so long.
 */
function makeSilence(afterMs: number, onSilence: () => void) {
  let askedAt: number | undefined
  const isSilent = () => askedAt !== undefined && performance.now() - askedAt > afterMs
  const timer = setInterval(() => {
    // After a stall of this process's own the answers are read first.
    if (isSilent()) setImmediate(giveUp)
  }, afterMs / 10).unref()

  function giveUp(): void {
    if (!isSilent()) return
    askedAt = undefined
    onSilence()
  }

  return {
    asked: (): void => {
      askedAt ??= performance.now()
    },
    answered: (): void => {
      askedAt = undefined
    },
    close: (): void => clearInterval(timer),
  }
}

const late = Symbol('late')

/** The promise's result, or `late`. A stalled event loop runs its timers before it reads what has arrived: one more turn. */
async function withDeadline<T>(promise: Promise<T>, ms: number): Promise<T | typeof late> {
  let timer: NodeJS.Timeout | undefined
  const passed = new Promise<typeof late>((resolve) => {
    timer = setTimeout(() => setImmediate(resolve, late), ms)
  })
  try {
    return await Promise.race([promise, passed])
  } finally {
    clearTimeout(timer)
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
