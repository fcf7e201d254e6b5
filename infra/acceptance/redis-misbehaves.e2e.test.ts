/**
 * What Redis can do to ingest short of dying: events are accepted all the same, the ledger removes the repeats, and
 * once Redis is whole again it answers repeats as if nothing had been.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../free-port.ts'
import { audit, clean } from '../harness/audit.ts'
import { anEvent } from '../harness/builders.ts'
import type { Accepted } from '../harness/producers.ts'
import { openProxy, type TcpProxy } from '../harness/proxy.ts'
import { type Pulse, startPulse } from '../harness/pulse.ts'
import { until } from '../harness/until.ts'
import { startRedis } from '../native/redis.ts'

const dir = mkdtempSync(join(tmpdir(), 'pulse-redis-misbehaves-'))
const port = await freePort()

let redis: Awaited<ReturnType<typeof startRedis>>
let proxy: TcpProxy
let pulse: Pulse
let operator: Bun.RedisClient
const accepted: Accepted[] = []

beforeAll(async () => {
  redis = await startRedis({
    ...{ dir: join(dir, 'redis'), port, log: join(dir, 'redis.log') },
    durable: false,
  })
  proxy = await openProxy(port)
  operator = new Bun.RedisClient(redis.url)
  pulse = await startPulse({
    at: { redis: `redis://127.0.0.1:${proxy.port}` },
    ingest: { REDIS_DEADLINE_MS: '250' },
  })
}, 60_000)
afterAll(async () => {
  await pulse?.stop()
  operator?.close()
  await proxy?.close()
  await redis?.stop()
  rmSync(dir, { recursive: true, force: true })
}, 30_000)

const tell = (command: string, ...args: string[]) => operator.send(command, args)
const behave = async (is: 'pass' | 'cut' | 'forget' | 'half-close') => proxy.behave({ is })

async function isDegraded(): Promise<boolean> {
  const response = await fetch(`${pulse.ingest.url}/ready`)
  expect(response.status).toBe(200)
  const { degraded } = (await response.json()) as { degraded: string[] }
  return degraded.includes('redis')
}

/** Posts an event, which has to be accepted; `again` posts it with the same key. */
async function send(key: string = crypto.randomUUID()) {
  const event = anEvent({ event_id: key })
  const post = () => pulse.post(event, { 'Idempotency-Key': key })
  const first = await post()
  expect(first.status).toBe(202)
  accepted.push({ key, event })
  const isAccepted = async () => (await post()).status === 202
  const isReplayed = async () => {
    const { body } = await post()
    return body.duplicate === true && body.request_id === first.body.request_id
  }
  return { again: post, isAccepted, isReplayed }
}

type Trouble = {
  readonly begin: () => Promise<unknown>
  readonly end: () => Promise<unknown>
  /** Redis still answers what it is asked. */
  readonly unnoticed?: true
}

const nothing = async () => undefined
const troubles: Readonly<Record<string, Trouble>> = {
  'answers too late': {
    begin: async () => proxy.behave({ is: 'delay', ms: 200 }),
    end: () => behave('pass'),
  },
  'resets its connections': { begin: () => behave('cut'), end: () => behave('pass') },
  'says that it sends no more': { begin: () => behave('half-close'), end: () => behave('pass') },
  'stays silent for ever on what was open': { begin: () => behave('forget'), end: nothing },
  'breaks off in the middle of a reply': {
    begin: async () => proxy.behave({ is: 'tear', bytes: 5 }),
    end: () => behave('pass'),
    unnoticed: true,
  },
  'is full': {
    begin: () => tell('CONFIG', 'SET', 'maxmemory', '1'),
    end: () => tell('CONFIG', 'SET', 'maxmemory', '0'),
  },
  'has forgotten the scripts': {
    begin: () => tell('SCRIPT', 'FLUSH'),
    end: nothing,
    unnoticed: true,
  },
  'has lost every key': { begin: () => tell('FLUSHALL'), end: nothing, unnoticed: true },
  'has become a replica': {
    begin: () => tell('REPLICAOF', '127.0.0.1', '1'),
    end: () => tell('REPLICAOF', 'NO', 'ONE'),
  },
  'asks for a password that nobody has': {
    begin: async () => {
      await tell('CONFIG', 'SET', 'requirepass', 'another')
      await tell('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    },
    end: () => tell('CONFIG', 'SET', 'requirepass', ''),
  },
  'is busy with a script of somebody else': {
    begin: async () => {
      const somebody = new Bun.RedisClient(redis.url)
      somebody.send('EVAL', ['while true do end', '0']).catch(() => somebody.close())
    },
    end: () => tell('SCRIPT', 'KILL'),
  },
}

describe.each(Object.entries(troubles))('Redis %s', (_, { begin, end, unnoticed }) => {
  test('and nothing is lost, repeated or refused', async () => {
    const before = await send()
    await begin()
    if (!unnoticed) await until('ingest says so', isDegraded)
    const during = await Promise.all([send(), send(), send()])
    for (const { again } of [before, ...during])
      expect((await again()).status).toBeOneOf([202, 409])
    await end()
    await until('ingest is whole again', async () => !(await isDegraded()))
    // Sooner than a lease ends.
    for (const each of [before, ...during])
      await until('a repeat is accepted', each.isAccepted, 5_000)
    const after = await send()
    await until('a repeat is told the first request id', after.isReplayed, 5_000)
  }, 60_000)
})

test('a key that holds something else in Redis costs no other event its claim', async () => {
  const foreign = [crypto.randomUUID(), crypto.randomUUID()] as const
  await tell('LPUSH', `idem:tenant_a:${foreign[0]}`, 'a list')
  await tell('SET', `idem:tenant_a:${foreign[1]}`, 'a text')
  const others = Array.from({ length: 20 }, () => crypto.randomUUID())
  const [one, two, ...rest] = await Promise.all([...foreign, ...others].map(send))
  for (const each of rest) await until('a repeat is told the first request id', each.isReplayed)
  for (const each of [one, two]) expect((await each?.again())?.status).toBe(202)
})

test('of all that was accepted each key has one outcome', async () => {
  expect(await audit(pulse.sql, accepted)).toEqual(clean)
}, 60_000)
