import { afterAll, beforeEach, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@redis/client'
import { freePort } from '../infra/free-port.ts'
import { until } from '../infra/harness/until.ts'
import { startRedis } from '../infra/native/redis.ts'
import { aDeadLetter } from './builders.ts'
import { type Mirror, mirrorKey, openMirror } from './mirror.ts'

// One of its own: the list has a fixed name, and other tests write to it.
const dir = mkdtempSync(join(tmpdir(), 'pulse-mirror-'))
const port = await freePort()
const start = () => startRedis({ dir: join(dir, 'redis'), port, log: join(dir, 'redis.log') })
let server = await start()
const redis = createClient({ url: server.url })
redis.on('error', () => {})
await redis.connect()

const outcomes = { written: 0, failed: 0 }
const log = { debug() {}, info() {}, warn() {}, error() {} }
const mirrors: Mirror[] = []
const open = () => {
  const mirror = openMirror(
    { redisUrl: server.url },
    (outcome, letters) => {
      outcomes[outcome] += letters
    },
    log,
  )
  mirrors.push(mirror)
  return mirror
}
const mirror = open()

/** A mirror that is not connected yet writes nothing. */
const connected = (to: Mirror) =>
  until('it is connected', async () => {
    const { written } = outcomes
    to.offer([aDeadLetter()])
    await until('it has an outcome', () => outcomes.written > written, 1000)
    return true
  })
await connected(mirror)

beforeEach(async () => {
  await redis.del(mirrorKey)
  Object.assign(outcomes, { written: 0, failed: 0 })
})
afterAll(async () => {
  await Promise.all(mirrors.map((each) => each.close()))
  redis.destroy()
  await server.stop()
  rmSync(dir, { recursive: true })
})

const letters = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => aDeadLetter({ eventId: `evt_${from + i}` }))
const ids = async () =>
  (await redis.lRange(mirrorKey, 0, -1)).map((entry) => JSON.parse(entry).eventId)

test('the newest stands first', async () => {
  mirror.offer(letters(2))
  mirror.offer(letters(1, 2))
  await until('all are there', () => outcomes.written === 3)
  expect(await ids()).toEqual(['evt_2', 'evt_1', 'evt_0'])
})

test('a thousand are kept, whoever writes them', async () => {
  const other = open()
  await connected(other)
  await redis.del(mirrorKey)
  outcomes.written = 0
  for (const each of [mirror, other]) each.offer(letters(900))
  await until('all are written', () => outcomes.written === 1800)
  expect(await redis.lLen(mirrorKey)).toBe(1000)
  mirror.offer(letters(1, 5000))
  await until('one more is', () => outcomes.written === 1801)
  expect((await ids())[0]).toBe('evt_5000')
  expect(await redis.lLen(mirrorKey)).toBe(1000)
})

test('more than a thousand at once: the oldest are counted as failed', async () => {
  mirror.offer(letters(1300))
  await until('all have an outcome', () => outcomes.written + outcomes.failed === 1300)
  expect(outcomes).toEqual({ written: 1000, failed: 300 })
  expect((await ids()).at(-1)).toBe('evt_300')
})

test('a key of another type is left alone, and what was not written is counted', async () => {
  await redis.set(mirrorKey, 'somebody else’s')
  mirror.offer(letters(3))
  await until('they are counted', () => outcomes.failed === 3)
  expect(await redis.get(mirrorKey)).toBe('somebody else’s')
})

test('a Redis that is frozen makes nobody wait, and letters do not pile up', async () => {
  server.kill('SIGSTOP')
  for (let i = 0; i < 50; i++) mirror.offer(letters(100))
  // A hundred are being written and a thousand wait: no write has come to its end meanwhile.
  expect(outcomes).toEqual({ written: 0, failed: 3900 })
  await until('they are counted', () => outcomes.failed >= 4000)
  server.kill('SIGCONT')
  await until('all have an outcome', () => outcomes.written + outcomes.failed === 5000)
}, 30_000)

test('a Redis that comes back gets the letters that come then', async () => {
  await server.stop()
  mirror.offer(letters(5))
  await until('they are counted', () => outcomes.failed === 5)
  server = await start()
  await connected(mirror)
  expect(await redis.exists(mirrorKey)).toBe(1)
}, 30_000)
