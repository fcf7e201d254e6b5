import { afterAll, expect, test } from 'bun:test'
import { openLog } from '../contracts/log.ts'
import { testAddresses } from '../infra/harness/addresses.ts'
import { openProxy } from '../infra/harness/proxy.ts'
import { until } from '../infra/harness/until.ts'
import { openRedis } from './redis.ts'
import { redisLastMs } from './timing.ts'

const proxy = await openProxy(Number(new URL(testAddresses().redis).port))
let stopping = false
const redis = openRedis(
  { redisUrl: `redis://127.0.0.1:${proxy.port}`, redisDeadlineMs: 10_000 },
  openLog({ service: 'test', level: 'silent' }),
  () => stopping,
)
afterAll(async () => {
  await redis.close()
  await proxy.close()
})

/** Gives up a claim that nobody has. */
const ask = () => redis.run('release', [`idem:nobody:${crypto.randomUUID()}`], ['nobody'])

test('a Redis that is far away is waited for as long as the setting says, and no longer when the process stops', async () => {
  await until('Redis answers', () => redis.probe().then(() => true))
  proxy.behave({ is: 'delay', ms: redisLastMs })
  expect(await ask()).toEqual({ is: 'answer', value: 0 })
  stopping = true
  expect(await ask()).toEqual({ is: 'silence' })
  proxy.behave({ is: 'pass' })
})
