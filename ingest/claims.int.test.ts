import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLog } from '../contracts/log.ts'
import { freePort } from '../infra/free-port.ts'
import { until } from '../infra/harness/until.ts'
import { startRedis } from '../infra/native/redis.ts'
import { aTenant } from './builders.ts'
import { type Claim, type Claims, type LetIn, makeClaims, type NoAnswer } from './claims.ts'
import type { Limit } from './quota.ts'
import { openRedis, type Redis } from './redis.ts'
import type { Tenant } from './tenants.ts'

const now = Date.parse('2026-01-02T20:00:30Z')
const dir = mkdtempSync(join(tmpdir(), 'pulse-claims-'))
/** Its own: scripts are forgotten for everybody at once. */
let server: Awaited<ReturnType<typeof startRedis>>
let redis: Redis
let claims: Claims

beforeAll(async () => {
  const port = await freePort()
  server = await startRedis({ dir, port, log: join(dir, 'redis.log'), durable: false })
  redis = await openedRedis()
  claims = makeClaims(redis, { doneTtlSeconds: 60 })
})
afterAll(async () => {
  await redis?.close()
  await server?.stop()
  rmSync(dir, { recursive: true, force: true })
})

async function openedRedis(): Promise<Redis> {
  const opened = openRedis(
    { redisUrl: server.url, redisDeadlineMs: 10_000 },
    openLog({ service: 'test', level: 'silent' }),
  )
  await until('redis answers', () => opened.probe().then(() => true))
  return opened
}
async function forgetScripts(): Promise<void> {
  const { createClient } = await import('@redis/client')
  const client = await createClient({ url: server.url }).connect()
  await client.scriptFlush()
  client.destroy()
}
const aClaim = (fields: Partial<Claim> = {}): Claim => ({
  tenantId: 'tenant_a',
  idempotencyKey: crypto.randomUUID(),
  requestId: `req_${crypto.randomUUID()}`,
  fingerprint: 'f'.repeat(32),
  ...fields,
})
/** What Redis answered. */
const letIn = (answer: LetIn | NoAnswer): LetIn =>
  typeof answer === 'string' ? expect.unreachable(answer) : answer
const takeAll = async (asked: readonly Claim[]) => {
  const asking = asked.map((claim) => ({ claim, bytes: 1 }))
  return letIn(await claims.take(aTenant(), asking, now)).taken
}
const take = async (claim: Claim) => (await takeAll([claim]))[0] ?? { kind: 'nothing' }
const confirm = (...confirmed: readonly Claim[]) => claims.confirm(confirmed)
const release = (...released: readonly Claim[]) => claims.release(released)
const repeatOf = (claim: Claim, fields: Partial<Claim> = {}) =>
  aClaim({ ...claim, requestId: 'req_second', ...fields })

describe('a claim', () => {
  test('is one request’s of a hundred that ask at once', async () => {
    const first = aClaim()
    const kinds = await Promise.all(
      Array.from({ length: 100 }, (_, i) => take({ ...first, requestId: `req_${i}` })),
    )
    expect(kinds.filter(({ kind }) => kind === 'taken')).toHaveLength(1)
    expect(kinds.filter(({ kind }) => kind === 'pending')).toHaveLength(99)
  })

  test('is pending for the same event until it is confirmed, then tells the first request’s id', async () => {
    const first = aClaim()
    expect((await take(first)).kind).toBe('taken')
    expect((await take(repeatOf(first))).kind).toBe('pending')
    await confirm(first)
    expect(await take(repeatOf(first))).toMatchObject({ kind: 'done', requestId: first.requestId })
  })

  test('refuses another event under its key, pending or done', async () => {
    const first = aClaim()
    await take(first)
    const other = repeatOf(first, { fingerprint: '0'.repeat(32) })
    expect((await take(other)).kind).toBe('reused')
    await confirm(first)
    expect((await take(other)).kind).toBe('reused')
  })

  test('belongs to its tenant: the same key of another is free', async () => {
    const first = aClaim()
    await take(first)
    expect((await take({ ...first, tenantId: 'tenant_b' })).kind).toBe('taken')
  })

  test('is free again after its holder released it, and only its holder can', async () => {
    const first = aClaim()
    await take(first)
    await release(repeatOf(first))
    expect((await take(repeatOf(first))).kind).toBe('pending')
    await release(first)
    expect((await take(repeatOf(first))).kind).toBe('taken')
  })

  test('a release after the confirmation changes nothing', async () => {
    const first = aClaim()
    await take(first)
    await confirm(first)
    await release(first)
    expect((await take(repeatOf(first))).kind).toBe('done')
  })

  test('a confirmation that comes after another request took over tells the one whose event is in', async () => {
    const late = aClaim()
    await take(late)
    await release(late) // what the end of the lease does
    const second = repeatOf(late)
    await take(second)
    await confirm(late)
    await confirm(second)
    expect(await take(repeatOf(late, { requestId: 'req_third' }))).toMatchObject({
      kind: 'done',
      requestId: late.requestId,
    })
  })

  test.each(['a:b', '{x}*', ' spaced key ', `"quoted"'`, 'k'.repeat(255)])(
    'takes the key %p as it is',
    async (key) => {
      const first = aClaim({ idempotencyKey: key, tenantId: `t-${Math.random()}` })
      expect((await take(first)).kind).toBe('taken')
      expect((await take({ ...first, idempotencyKey: `${key.slice(1)}x` })).kind).toBe('taken')
      expect((await take(repeatOf(first))).kind).toBe('pending')
    },
  )
})

describe('claims that are taken together', () => {
  test('are each decided for themselves, in order', async () => {
    const [done, held, free] = [aClaim(), aClaim(), aClaim()]
    await takeAll([done, held])
    await confirm(done)
    const other = repeatOf(done, { fingerprint: '0'.repeat(32) })
    const asked = [repeatOf(done), repeatOf(held), free, other, repeatOf(free)]
    expect((await takeAll(asked)).map(({ kind }) => kind)).toEqual([
      'done',
      'pending',
      'taken',
      'reused',
      'pending',
    ])
  })

  test('are confirmed and released together, whatever holds the others', async () => {
    const all = [aClaim(), aClaim(), aClaim()]
    const [first, second, third] = all as [Claim, Claim, Claim]
    await takeAll(all)
    await confirm(first, repeatOf(second, { fingerprint: '0'.repeat(32) }))
    expect((await takeAll(all)).map(({ kind }) => kind)).toEqual(['done', 'pending', 'pending'])
    await release(first, second, repeatOf(third))
    expect((await takeAll(all)).map(({ kind }) => kind)).toEqual(['done', 'taken', 'pending'])
  })
})

describe('the quota', () => {
  const limited = (eventsPerMinute: number, bytesPerMinute: Limit = 'unlimited') =>
    aTenant({ limits: { eventsPerMinute, bytesPerMinute } })
  const minute = Date.parse('2026-01-02T20:00:00Z')
  const count = async (tenant: Tenant, nowMs: number, ...sizes: readonly number[]) => {
    const asking = sizes.map((bytes) => ({ claim: undefined, bytes }))
    const { taken, counts } = letIn(await claims.take(tenant, asking, nowMs))
    return { kinds: taken.map(({ kind }) => kind), counts }
  }

  test('allows exactly its limit, one by one and together, and counts no more', async () => {
    const tenant = limited(5)
    expect((await count(tenant, minute, 1)).kinds).toEqual(['counted'])
    const { kinds, counts } = await count(tenant, minute, 1, 1, 1, 1, 1, 1)
    expect(kinds).toEqual(['counted', 'counted', 'counted', 'counted', 'limited', 'limited'])
    expect(counts).toEqual({ events: 5, bytes: 0, eventsBefore: 0, bytesBefore: 0 })
    expect((await count(tenant, minute + 59_999, 1)).kinds).toEqual(['limited'])
  })

  test('slides: the minute before weighs what is left of it', async () => {
    const tenant = limited(10)
    await count(tenant, minute, ...new Array(10).fill(1))
    expect((await count(tenant, minute + 60_000, 1)).kinds).toEqual(['limited'])
    const { kinds, counts } = await count(tenant, minute + 90_000, ...new Array(6).fill(1))
    expect(kinds).toEqual([...new Array(5).fill('counted'), 'limited'])
    expect(counts).toMatchObject({ events: 5, eventsBefore: 10 })
    expect((await count(tenant, minute + 180_000, 1)).counts).toMatchObject({ eventsBefore: 0 })
  })

  test('counts bytes as well, and a large event does not keep out a small one', async () => {
    const tenant = limited(100, 1000)
    const { kinds, counts } = await count(tenant, minute, 600, 500, 400, 1)
    expect(kinds).toEqual(['counted', 'limited', 'counted', 'limited'])
    expect(counts).toMatchObject({ events: 2, bytes: 1000 })
  })

  test('takes no claim when it is exceeded', async () => {
    const asking = [{ claim: aClaim(), bytes: 1 }]
    for (const [limit, kind] of [
      [0, 'limited'],
      [10, 'taken'],
    ] as const)
      expect(letIn(await claims.take(limited(limit), asking, now)).taken[0]?.kind).toBe(kind)
  })
})

test('a Redis that has forgotten the scripts is told them again', async () => {
  await forgetScripts()
  expect((await take(aClaim())).kind).toBe('taken')
})

test('a Redis that never knew the scripts hears of an ack before it is asked for the repeat behind it', async () => {
  await forgetScripts()
  const opened = await openedRedis()
  const { take, confirm } = makeClaims(opened, { doneTtlSeconds: 60 })
  const first = aClaim()
  const asking = (claim: Claim) => [{ claim, bytes: 1 }]
  await take(aTenant(), asking(first), now)
  const [, again] = await Promise.all([
    confirm([first]),
    take(aTenant(), asking(repeatOf(first)), now),
  ])
  await opened.close()
  expect(letIn(again).taken).toEqual([{ kind: 'done', requestId: first.requestId }])
})

test('a Redis that is not there is not asked', async () => {
  const nowhere = openRedis(
    { redisUrl: 'redis://127.0.0.1:1', redisDeadlineMs: 250 },
    openLog({ service: 'test', level: 'silent' }),
  )
  const asking = [{ claim: aClaim(), bytes: 1 }]
  const answer = await makeClaims(nowhere, { doneTtlSeconds: 60 }).take(aTenant(), asking, now)
  await nowhere.close()
  expect(answer).toBe('unasked')
})
