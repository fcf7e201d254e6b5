/** Kafka that does not answer (SIGSTOP): every caller is answered in time, and what was taken is in once it goes on. */
import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test'
import { audit, clean } from '../harness/audit.ts'
import { anEvent } from '../harness/builders.ts'
import { ownKafka } from '../harness/own-kafka.ts'
import type { Accepted } from '../harness/producers.ts'
import { type Pulse, post, startPulse } from '../harness/pulse.ts'
import { openRaw, rawPost } from '../harness/raw-http.ts'
import { until } from '../harness/until.ts'

const room = 20
const kafka = await ownKafka()
let pulse: Pulse
const sent: Accepted[] = []

beforeAll(async () => {
  await kafka.start()
  pulse = await startPulse({ at: { kafka: kafka.url }, ingest: { MAX_IN_FLIGHT: String(room) } })
}, 90_000)
afterEach(() => kafka.goOn())
afterAll(async () => {
  await pulse?.stop()
  await kafka.remove()
}, 30_000)

/** Posts an event and says how long the answer took. */
async function send(key: string) {
  const event = anEvent({ event_id: key })
  sent.push({ key, event })
  const began = performance.now()
  const { status, body, headers } = await pulse.post(event, { 'Idempotency-Key': key })
  const code = body.error?.code ?? 'accepted'
  return { key, status, code, body, headers, ms: performance.now() - began }
}
const keys = (count: number) => Array.from({ length: count }, () => crypto.randomUUID())
const sendAll = (count: number) => Promise.all(keys(count).map(send))
const isAccepted = async (key: string) => (await send(key)).status === 202

async function inFlight(): Promise<number> {
  const text = await (await fetch(`${pulse.ingest.url}/metrics`)).text()
  return Number(/^pulse_ingest_in_flight (\d+)$/m.exec(text)?.[1])
}
const nothingIsInFlight = async () => (await inFlight()) === 0

/** Until every key was accepted once, however many calls that takes. */
async function untilAccepted(all: readonly string[]): Promise<void> {
  for (const key of all) await until('the key is accepted', () => isAccepted(key), 40_000)
}

test('for less than a delivery takes: callers hear by the deadline, and the late acks make repeats of the rest', async () => {
  kafka.freeze()
  const answers = await sendAll(room + 5)
  const unconfirmed = answers.filter(({ code }) => code === 'UNCONFIRMED')
  const overloaded = answers.filter(({ code }) => code === 'OVERLOADED')
  expect([unconfirmed.length, overloaded.length]).toEqual([room, 5])
  for (const { status, headers } of answers) {
    expect(status).toBe(503)
    expect(Number(headers.get('Retry-After'))).toBeGreaterThan(0)
  }
  for (const { ms } of unconfirmed) expect(ms).toBeWithin(4_900, 7_000)
  for (const { ms } of overloaded) expect(ms).toBeLessThan(1_000)
  expect(await inFlight()).toBe(room)
  expect((await fetch(`${pulse.ingest.url}/ready`)).status).toBe(503)

  kafka.goOn()
  await until('every report has come', nothingIsInFlight)
  for (const { key, headers } of unconfirmed) {
    const repeat = await send(key)
    expect([repeat.status, repeat.body.duplicate]).toEqual([202, true])
    expect(repeat.body.request_id).toBe(headers.get('X-Request-Id'))
  }
  await untilAccepted(overloaded.map(({ key }) => key))
}, 60_000)

test('for longer than a delivery may take: what was under way is given up, and a repeat gets in', async () => {
  kafka.freeze()
  const began = performance.now()
  const answers = await sendAll(room)
  await until('every delivery is given up', nothingIsInFlight, 30_000)
  expect(performance.now() - began).toBeWithin(19_000, 25_000)
  kafka.goOn()
  // Some may be in Kafka all the same: their claims are held until the lease ends.
  await untilAccepted(answers.map(({ key }) => key))
}, 120_000)

test('a client that goes away before its answer costs nothing, and its event is stored', async () => {
  kafka.freeze()
  const left = keys(10)
  const gone = left.map((key) => {
    const event = anEvent({ event_id: key })
    sent.push({ key, event })
    const headers = ['X-API-Key: key_a', `Idempotency-Key: ${key}`]
    return openRaw(pulse.ingest.url, rawPost({ headers, body: JSON.stringify(event) }))
  })
  await until('all are under way', async () => (await inFlight()) === gone.length)
  for (const { socket } of gone) socket.resetAndDestroy()
  kafka.goOn()
  await until('nothing is under way', nothingIsInFlight)
  await until(
    'all are stored',
    async () => {
      const rows = await pulse.sql`select from events where idempotency_key in ${pulse.sql(left)}`
      return rows.length === left.length
    },
    30_000,
  )
}, 60_000)

test('SIGTERM meanwhile: every caller has an answer, and the process ends in time', async () => {
  const leaving = await pulse.startIngest()
  await until('it is ready', async () => (await fetch(`${leaving.url}/ready`)).ok)
  kafka.freeze()
  const { socket: trickling } = openRaw(leaving.url, rawPost({ body: '{', length: 1_000 }))
  const answers = keys(10).map(async (key) => {
    const event = anEvent({ event_id: key })
    sent.push({ key, event })
    return await post(`${leaving.url}/events`, event, { 'Idempotency-Key': key })
  })
  const metrics = async () => (await fetch(`${leaving.url}/metrics`)).text()
  await until('all are under way', async () => /_in_flight 10$/m.test(await metrics()))
  const began = performance.now()
  leaving.kill('SIGTERM')
  for (const { body } of await Promise.all(answers)) expect(body.error.code).toBe('UNCONFIRMED')
  expect(await leaving.ended).toEqual({ code: 0, signal: null })
  expect(performance.now() - began).toBeLessThan(10_000)
  trickling.destroy()
}, 60_000)

test('of all that was sent each key has one outcome at the most', async () => {
  const accepted = sent.filter(({ key }, at) => sent.findIndex((one) => one.key === key) === at)
  const found = await audit(pulse.sql, accepted, 5_000)
  expect({ ...found, missing: clean.missing }).toEqual(clean)
  // Those that nobody repeated, when the process that had them ended.
  expect(found.missing.length).toBeLessThanOrEqual(10)
}, 60_000)
