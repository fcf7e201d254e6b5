import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { openLog } from '../contracts/log.ts'
import { testAddresses } from '../infra/harness/addresses.ts'
import { until } from '../infra/harness/until.ts'
import { type Claim, type Claims, makeClaims } from './claims.ts'
import { openRedis, type Redis } from './redis.ts'

const now = Date.parse('2026-01-02T20:00:30Z')
const unlimited = -1
let redis: Redis
let claims: Claims

beforeAll(async () => {
  redis = openRedis(
    { redisUrl: testAddresses().redis },
    openLog({ service: 'test', level: 'silent' }),
  )
  claims = makeClaims(redis, { doneTtlSeconds: 60 })
  await until('redis answers', () => redis.probe().then(() => true))
})
afterAll(() => redis.close())

const aClaim = (fields: Partial<Claim> = {}): Claim => ({
  tenantId: 'tenant_a',
  idempotencyKey: crypto.randomUUID(),
  requestId: `req_${crypto.randomUUID()}`,
  fingerprint: 'f'.repeat(32),
  ...fields,
})
const take = (claim: Claim) => claims.take(claim.tenantId, claim, unlimited, now)
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
    await claims.confirm(first)
    expect(await take(repeatOf(first))).toMatchObject({ kind: 'done', requestId: first.requestId })
  })

  test('refuses another event under its key, pending or done', async () => {
    const first = aClaim()
    await take(first)
    const other = repeatOf(first, { fingerprint: '0'.repeat(32) })
    expect((await take(other)).kind).toBe('reused')
    await claims.confirm(first)
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
    await claims.release(repeatOf(first))
    expect((await take(repeatOf(first))).kind).toBe('pending')
    await claims.release(first)
    expect((await take(repeatOf(first))).kind).toBe('taken')
  })

  test('a release after the confirmation changes nothing', async () => {
    const first = aClaim()
    await take(first)
    await claims.confirm(first)
    await claims.release(first)
    expect((await take(repeatOf(first))).kind).toBe('done')
  })

  test('a confirmation that comes after another request took over tells the one whose event is in', async () => {
    const late = aClaim()
    await take(late)
    await claims.release(late) // what the end of the lease does
    const second = repeatOf(late)
    await take(second)
    await claims.confirm(late)
    await claims.confirm(second)
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

describe('the quota', () => {
  const aTenant = () => `tenant_${crypto.randomUUID().slice(0, 8)}`

  test('allows exactly its limit in a minute, and the next minute begins at zero', async () => {
    const tenant = aTenant()
    const kinds = []
    for (let i = 0; i < 4; i++) kinds.push((await claims.take(tenant, undefined, 3, now)).kind)
    expect(kinds).toEqual(['counted', 'counted', 'counted', 'limited'])
    expect(await claims.take(tenant, undefined, 3, now + 60_000)).toEqual({
      kind: 'counted',
      used: 1,
    })
  })

  test('takes no claim when it is exceeded', async () => {
    const claim = aClaim({ tenantId: aTenant() })
    expect((await claims.take(claim.tenantId, claim, 0, now)).kind).toBe('limited')
    expect((await claims.take(claim.tenantId, claim, 10, now)).kind).toBe('taken')
  })
})

test('a Redis that has forgotten the scripts is told them again', async () => {
  const { createClient } = await import('@redis/client')
  const client = await createClient({ url: testAddresses().redis }).connect()
  await client.scriptFlush()
  client.destroy()
  expect((await take(aClaim())).kind).toBe('taken')
})

test('without Redis a claim is unavailable at once', async () => {
  const nowhere = openRedis(
    { redisUrl: 'redis://127.0.0.1:1' },
    openLog({ service: 'test', level: 'silent' }),
  )
  const { kind } = await makeClaims(nowhere, { doneTtlSeconds: 60 }).take('t', aClaim(), 1, now)
  await nowhere.close()
  expect(kind).toBe('unavailable')
})
