import { afterAll, beforeAll, expect, test } from 'bun:test'
import { testAddresses } from '../harness/addresses.ts'
import { audit, clean } from '../harness/audit.ts'
import { anEvent } from '../harness/builders.ts'
import { openProxy } from '../harness/proxy.ts'
import { type Pulse, post, startPulse } from '../harness/pulse.ts'
import { openRaw, rawPost } from '../harness/raw-http.ts'
import { until } from '../harness/until.ts'

let pulse: Pulse
beforeAll(async () => {
  pulse = await startPulse()
}, 60_000)
afterAll(() => pulse?.stop())

/** Keeps calling on its own connections until one of its calls is refused; counts what was accepted meanwhile. */
function callers(count: number) {
  const accepted: string[] = []
  const call = async () => {
    for (;;) {
      const key = crypto.randomUUID()
      const answer = await post(`${pulse.ingest.url}/events`, anEvent(), {
        'Idempotency-Key': key,
      }).catch(() => undefined)
      if (answer?.status !== 202) break
      accepted.push(key)
    }
  }
  return { accepted, done: Promise.all(Array.from({ length: count }, call)) }
}

test('SIGTERM under load: what was accepted is stored, nothing more is taken, and it ends in time', async () => {
  const load = callers(200)
  // Says that it will send a body, and then does not.
  const { socket: slow } = openRaw(pulse.ingest.url, rawPost({ body: '{', length: 1_000 }))
  await until('the load is under way', () => load.accepted.length > 1000)
  const began = performance.now()
  pulse.ingest.kill('SIGTERM')
  await load.done
  expect(await pulse.ingest.ended).toEqual({ code: 0, signal: null })
  expect(performance.now() - began).toBeLessThan(10_000)
  slow.destroy()
  await until(
    'every accepted event has an outcome',
    async () => {
      const rows = await pulse.sql<{ key: string }[]>`select idempotency_key as key from event_keys`
      const decided = new Set(rows.map(({ key }) => key))
      return load.accepted.every((key) => decided.has(key))
    },
    60_000,
  )
}, 120_000)

test('SIGTERM in the middle of a batch: it is answered, and what says accepted is stored', async () => {
  // Its events ask Redis some hundreds at a time: behind a slow one the batch lasts long enough to be met in its middle.
  const redis = new URL(testAddresses().redis)
  const proxy = await openProxy(Number(redis.port))
  redis.port = String(proxy.port)
  const own = await startPulse({ at: { redis: redis.href } })
  const events = Array.from({ length: 10_000 }, () => anEvent({ event_id: crypto.randomUUID() }))
  try {
    proxy.behave({ is: 'delay', ms: 50 })
    const batch = post(`${own.ingest.url}/events/batch`, events, { 'Idempotency-Key': '' })
    await until('events of it are under way', async () => {
      const metrics = await (await fetch(`${own.ingest.url}/metrics`)).text()
      return /^pulse_ingest_in_flight [1-9]/m.test(metrics)
    })
    const began = performance.now()
    own.ingest.kill('SIGTERM')
    const { status, body } = await batch
    expect(status).toBe(200)
    expect(body.accepted + body.retry).toBe(events.length)
    expect(await own.ingest.ended).toEqual({ code: 0, signal: null })
    expect(performance.now() - began).toBeLessThan(10_000)
    const accepted = events.filter((_, i) => body.results[i].status === 'accepted')
    const stored = await audit(
      own.sql,
      accepted.map((event) => ({ key: event.event_id, event })),
    )
    // What is to be repeated may be in as well.
    expect({ ...stored, unknown: clean.unknown }).toEqual(clean)
  } finally {
    await own.stop()
    await proxy.close()
  }
}, 120_000)
