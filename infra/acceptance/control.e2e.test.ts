/** Tenants, keys and limits, changed from the command line while ingest runs. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { anEventWithout } from '../../contracts/builders.ts'
import { testAddresses } from '../harness/addresses.ts'
import { anEvent } from '../harness/builders.ts'
import { openControl } from '../harness/control.ts'
import { writeTopic } from '../harness/kafka-log.ts'
import { type Answer, post } from '../harness/pulse.ts'
import { type Service, spawnService } from '../harness/service.ts'
import { freshTopics } from '../harness/topics.ts'
import { until } from '../harness/until.ts'

const { kafka, redis } = testAddresses()
const topics = await freshTopics()
const control = openControl({ kafka, topic: topics.control })
const start = () =>
  spawnService('ingest', {
    KAFKA_BROKERS: kafka,
    KAFKA_RAW_TOPIC: topics.raw,
    KAFKA_CONTROL_TOPIC: topics.control,
    REDIS_URL: redis,
    API_KEYS: 'tenant_a:key_a:unlimited,tenant_b:key_b:unlimited',
    // Tests ask many times.
    RATE_LIMIT_PER_MIN: '100000',
  })

let ingest: Service
beforeAll(async () => {
  ingest = await start()
  await until('ingest is ready', async () => (await fetch(`${ingest.url}/ready`)).ok)
}, 60_000)
afterAll(async () => {
  await ingest?.stop()
  await topics.remove()
})

const send = (key: string, event: unknown = anEvent()): Promise<Answer> =>
  post(`${ingest.url}/events`, event, { 'X-API-Key': key })

/** What DESIGN promises of a change: it is in force five seconds after it was confirmed. */
const inForce = <T>(what: string, probe: () => Promise<T>) => until(what, probe, 5000)

const answers = (key: string, status: number, event?: unknown) =>
  inForce(`${status}`, async () => {
    const answer = await send(key, event)
    return answer.status === status && answer
  })

/** A tenant and a key of its own for a test. */
async function aTenant(id: string): Promise<string> {
  await control(`tenant set ${id}`)
  const { key } = await control(`key create ${id} laptop`)
  await answers(key, 202)
  return key
}

/** An answer without what is another one each time. */
const said = ({ status, body, headers }: Answer) => ({
  status,
  body,
  headers: Object.fromEntries([...headers].filter(([name]) => !/^(x-request-id|date)$/.test(name))),
})

describe('a key', () => {
  test('is taken from its creation to its revocation, and then refused as an unknown one is', async () => {
    const key = await aTenant('acme')
    await control('key revoke acme laptop')
    const revoked = await answers(key, 401)
    expect(revoked.body.error.code).toBe('UNAUTHORIZED')
    expect(said(revoked)).toEqual(said(await send('pulse_unknown')))
  })

  test('is rotated with an overlap: both are taken, and then the new one alone', async () => {
    const old = await aTenant('rotating')
    const { key } = await control('key rotate rotating laptop --overlap 1h')
    await answers(key, 202)
    expect((await send(old)).status).toBe(202)
    // Another time with so short an overlap that its end is seen.
    const { key: newest } = await control('key rotate rotating laptop --overlap 1s')
    await until('the one before has ended', async () => (await send(key)).status === 401)
    expect((await send(newest)).status).toBe(202)
  })

  test('of API_KEYS is refused once control revokes it, and the other ones are not', async () => {
    expect((await send('key_b')).status).toBe(202)
    await control('key revoke tenant_b -', 'key_b\n')
    await answers('key_b', 401)
    expect((await send('key_a')).status).toBe(202)
  })

  test('stands in no log', async () => {
    const key = await aTenant('quiet')
    expect((await send(key)).status).toBe(202)
    expect(JSON.stringify(ingest.lines())).not.toMatch(new RegExp(`${key}|key_a|key_b`))
  })
})

describe('a tenant', () => {
  test('that is disabled is refused as an unknown key is, until it is enabled', async () => {
    const key = await aTenant('sleepy')
    await control('tenant set sleepy --disabled')
    expect(said(await answers(key, 401))).toEqual(said(await send('pulse_unknown')))
    await control('tenant set sleepy --enabled')
    await answers(key, 202)
  })

  test('that is strict has refused what in quarantine it is warned of', async () => {
    const key = await aTenant('exact')
    const untyped = anEventWithout('event_type')
    const warned = await answers(key, 202, untyped)
    await control('tenant set exact --validation strict')
    const refused = await answers(key, 400, untyped)
    expect(refused.body.error).toMatchObject({
      code: 'INVALID_EVENT',
      findings: warned.body.warnings,
    })
    expect((await send(key)).status).toBe(202)
  })

  test('of API_KEYS can be told how to validate too', async () => {
    await control('tenant set tenant_a --validation strict')
    await answers('key_a', 400, anEventWithout('event_type'))
    await control('tenant set tenant_a --validation quarantine')
    await answers('key_a', 202, anEventWithout('event_type'))
  })
})

describe('limits', () => {
  const policy = (answer: Answer) => answer.headers.get('RateLimit-Policy')

  test('are in force as they are changed', async () => {
    const key = await aTenant('bounded')
    expect(policy(await send(key))).toBe('"events";q=100000;w=60')
    for (const [line, expected] of [
      ['--events 7000', '"events";q=7000;w=60'],
      ['--bytes 90000', '"events";q=7000;w=60, "bytes";q=90000;w=60;qu="content-bytes"'],
      ['--events unlimited --bytes default', null],
    ] as const) {
      await control(`limit set bounded ${line}`)
      await inForce(line, async () => policy(await send(key)) === expected)
    }
  })

  test('of 0 block, and another one lets in again', async () => {
    const key = await aTenant('blocked')
    await control('limit set blocked --events 0')
    expect((await answers(key, 429)).body.error.code).toBe('RATE_LIMITED')
    await control('limit set blocked --events 50000')
    await answers(key, 202)
  })
})

describe('a record that ingest cannot read', () => {
  test.each([
    ['no JSON', 'tenant:odd', '{"secret":'],
    ['of a later kind', 'rule:r1', '{"kind":"rule","version":1,"secret":"hunter2"}'],
    ['with a wrong field', 'limit:odd', '{"kind":"limit","version":1,"tenant_id":"hunter2 "}'],
    ['without a value', 'tenant:never', null],
  ])('%s is skipped, and what follows is in force', async (_, recordKey, value) => {
    await writeTopic(kafka, topics.control, [{ key: recordKey, value }])
    await aTenant(`after-${Bun.hash(recordKey)}`)
    expect(JSON.stringify(ingest.lines())).not.toMatch(/hunter2|"secret"/)
  })
})

test('a tenant whose record was removed has its defaults again', async () => {
  const key = await aTenant('forgotten')
  await control('tenant set forgotten --disabled')
  await answers(key, 401)
  await writeTopic(kafka, topics.control, [{ key: 'tenant:forgotten', value: null }])
  await answers(key, 202)
})

test('an ingest that starts later knows the same', async () => {
  const [live, revoked] = [await aTenant('lasting'), await aTenant('passing')]
  await control('key revoke passing laptop')
  await ingest.stop()
  ingest = await start()
  const seen = new Set<number>()
  const first = await until('it answers for the tenant', async () => {
    const answer = await send(live)
    seen.add(answer.status)
    return answer.status === 202 && answer
  })
  expect(first.body.status).toBe('accepted')
  // Never a 401: what is not loaded yet is no refusal.
  expect([...seen].filter((status) => status !== 202 && status !== 503)).toEqual([])
  expect((await send(revoked)).status).toBe(401)
  expect((await send('key_b')).status).toBe(401)
}, 120_000)
