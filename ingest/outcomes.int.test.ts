import { afterAll, beforeEach, expect, test } from 'bun:test'
import { openLog } from '../contracts/log.ts'
import { testAddresses } from '../infra/harness/addresses.ts'
import { openProxy } from '../infra/harness/proxy.ts'
import { until } from '../infra/harness/until.ts'
import { aTenant } from './builders.ts'
import { type Claim, makeClaims } from './claims.ts'
import { makeOutcomes } from './outcomes.ts'
import { openRedis } from './redis.ts'

const log = openLog({ service: 'test', level: 'silent' })
const proxy = await openProxy(Number(new URL(testAddresses().redis).port))
const redis = openRedis({ redisUrl: `redis://127.0.0.1:${proxy.port}`, redisDeadlineMs: 250 }, log)
const claims = makeClaims(redis, { doneTtlSeconds: 60 })
const isUp = () => redis.probe().then(() => true)
beforeEach(() => until('Redis answers', isUp))
afterAll(async () => {
  await redis.close()
  await proxy.close()
})

const aClaim = (): Claim => ({
  tenantId: 'tenant_a',
  idempotencyKey: crypto.randomUUID(),
  requestId: `req_${crypto.randomUUID()}`,
  fingerprint: 'f'.repeat(32),
})
const take = async (claim: Claim) => {
  const answer = await claims.take(aTenant(), [{ claim, bytes: 1 }], Date.now())
  return typeof answer === 'string' ? undefined : answer.taken[0]
}
const repeatOf = (claim: Claim) => take({ ...claim, requestId: 'req_second' })
const isDown = () =>
  redis.probe().then(
    () => false,
    () => true,
  )

test('an ack that comes while Redis is away is told when it is back: no repeat waits for the lease', async () => {
  const outcomes = makeOutcomes(claims)
  const inKafka = Array.from({ length: 1000 }, aClaim)
  await Promise.all(inKafka.map(take))
  proxy.behave({ is: 'cut' })
  await until('Redis is away', isDown)
  for (const claim of inKafka) outcomes.acked(claim)
  outcomes.tell()
  proxy.behave({ is: 'pass' })
  await until('Redis answers', isUp)
  for (const claim of inKafka)
    await until('the repeat is told', async () => {
      const taken = await repeatOf(claim)
      return taken?.kind === 'done' && taken.requestId === claim.requestId
    })
})

test('a failure that comes while Redis is away is told when it is back: the repeat may produce', async () => {
  const outcomes = makeOutcomes(claims)
  const notInKafka = aClaim()
  await take(notInKafka)
  proxy.behave({ is: 'cut' })
  await until('Redis is away', isDown)
  outcomes.failed(notInKafka)
  outcomes.tell()
  proxy.behave({ is: 'pass' })
  await until(
    'the repeat takes the claim',
    async () => (await repeatOf(notInKafka))?.kind === 'taken',
  )
})

test('a stop does not wait for a Redis that is away', async () => {
  const outcomes = makeOutcomes(claims)
  proxy.behave({ is: 'black-hole' })
  for (let i = 0; i < 2000; i++) outcomes.acked(aClaim())
  const began = performance.now()
  await outcomes.settled()
  expect(performance.now() - began).toBeLessThan(2_500)
  proxy.behave({ is: 'pass' })
})

test('a Redis that was silent may have taken the claim, and is not asked for another one for a while', async () => {
  const asked = () => claims.take(aTenant(), [{ claim: aClaim(), bytes: 1 }], Date.now())
  await until('it is asked', async () => typeof (await asked()) !== 'string')
  proxy.behave({ is: 'black-hole' })
  expect([await asked(), await asked()]).toEqual(['silence', 'unasked'])
  proxy.behave({ is: 'pass' })
})
