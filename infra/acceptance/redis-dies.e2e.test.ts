import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../free-port.ts'
import { audit, clean, countsClose } from '../harness/audit.ts'
import { anEvent } from '../harness/builders.ts'
import { produceFrom } from '../harness/producers.ts'
import { type Pulse, post, startPulse } from '../harness/pulse.ts'
import { until } from '../harness/until.ts'
import { startRedis } from '../native/redis.ts'

const dir = mkdtempSync(join(tmpdir(), 'pulse-redis-dies-'))
const port = await freePort()
const start = () => startRedis({ dir: join(dir, 'redis'), port, log: join(dir, 'redis.log') })

let redis: Awaited<ReturnType<typeof start>>
let pulse: Pulse
beforeAll(async () => {
  redis = await start()
  pulse = await startPulse({
    at: { redis: redis.url },
    apiKeys: 'tenant_a:key_a:unlimited,tenant_few:key_few:3',
    ingest: { REDIS_DEADLINE_MS: '250' },
  })
}, 60_000)
afterAll(async () => {
  await pulse?.stop()
  await redis?.stop()
  rmSync(dir, { recursive: true, force: true })
}, 30_000)

/** What is not as it should be, of an ingest that is ready all the same. */
async function degraded(): Promise<unknown> {
  const response = await fetch(`${pulse.ingest.url}/ready`)
  return response.ok && ((await response.json()) as { degraded: unknown }).degraded
}

test('Redis killed under load and back without its data: the ledger removes the repeats', async () => {
  const total = 3000
  const producers = produceFrom(pulse.ingest.url, total)
  await until('some events are accepted', () => producers.accepted.length > 500)
  redis.kill('SIGKILL')
  await redis.ended
  await until('ingest says so', async () => Bun.deepEquals(await degraded(), ['redis']))
  // Or all there are: a machine may be that quick.
  const enough = Math.min(producers.accepted.length + 300, total)
  await until('ingest accepts all the same', () => producers.accepted.length >= enough)
  rmSync(join(dir, 'redis'), { recursive: true })
  redis = await start()
  await until('ingest is whole again', async () => Bun.deepEquals(await degraded(), []))
  await producers.done
  expect(await audit(pulse.sql, producers.accepted)).toEqual(clean)
  expect(await countsClose(pulse.sql)).toBe(true)
}, 90_000)

test('a Redis that stumbles does not leave a claim behind that refuses the repeat', async () => {
  const client = new Bun.RedisClient(redis.url)
  const headers = { 'Idempotency-Key': crypto.randomUUID() }
  await client.send('CLIENT', ['PAUSE', '400', 'ALL'])
  const first = await pulse.post(anEvent(), headers)
  expect(first.body).toMatchObject({ status: 'accepted', duplicate: false })
  client.close()
  await until('the repeat is answered from the claim', async () => {
    const repeat = await pulse.post(anEvent(), headers)
    return repeat.body.duplicate === true && repeat.body.request_id === first.body.request_id
  })
}, 30_000)

test('a frozen Redis costs no answer: the claim is missed, the quota is counted here', async () => {
  redis.kill('SIGSTOP')
  try {
    const answers = []
    for (let i = 0; i < 7; i++)
      answers.push(await pulse.post(anEvent(), { 'X-API-Key': 'key_few' }))
    const statuses = answers.map(({ status }) => status)
    expect(statuses.slice(0, 3)).toEqual([202, 202, 202])
    expect(statuses).toContain(429)
  } finally {
    redis.kill('SIGCONT')
  }
}, 30_000)

test('SIGTERM while Redis is frozen: the process ends in time, and what it accepted is stored', async () => {
  const leaving = await pulse.startIngest()
  await until('it is ready', async () => (await fetch(`${leaving.url}/ready`)).ok)
  redis.kill('SIGSTOP')
  try {
    const calls = Array.from({ length: 50 }, async () => {
      const key = crypto.randomUUID()
      const headers = { 'Idempotency-Key': key }
      const answer = await post(`${leaving.url}/events`, anEvent(), headers).catch(() => undefined)
      return answer?.status === 202 ? key : undefined
    })
    await Promise.race(calls)
    const began = performance.now()
    leaving.kill('SIGTERM')
    const accepted = (await Promise.all(calls)).filter((key) => key !== undefined)
    expect(await leaving.ended).toEqual({ code: 0, signal: null })
    expect(performance.now() - began).toBeLessThan(10_000)
    await until('what was accepted is stored', async () => {
      const rows =
        await pulse.sql`select 1 from events where idempotency_key in ${pulse.sql(accepted)}`
      return rows.length === accepted.length
    })
  } finally {
    redis.kill('SIGCONT')
  }
}, 30_000)
