/** `/stream`: events go in over a WebSocket, each with its verdict, and what was accepted is stored exactly once. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { request } from 'node:http'
import { testAddresses } from '../harness/addresses.ts'
import { audit, clean } from '../harness/audit.ts'
import { anEvent, without } from '../harness/builders.ts'
import { openControl } from '../harness/control.ts'
import { readTopic } from '../harness/kafka-log.ts'
import { readMetrics, sumOf } from '../harness/metrics.ts'
import type { Accepted } from '../harness/producers.ts'
import { type Pulse, startPulse } from '../harness/pulse.ts'
import { frame, openRawWebSocket, textFrame } from '../harness/raw-websocket.ts'
import {
  acceptedOf,
  distinctEvents,
  type Event,
  expectAllOnce,
  freshTenant,
} from '../harness/remembered.ts'
import { openStreamClient, type Result, type StreamClient } from '../harness/stream-client.ts'
import { until } from '../harness/until.ts'

const few = freshTenant()
let pulse: Pulse
beforeAll(async () => {
  pulse = await startPulse({
    apiKeys: `tenant_a:key_a:unlimited,${few}:key_few:20`,
    ingest: { LOG_LEVEL: 'debug' },
  })
}, 60_000)
afterAll(() => pulse?.stop())

const accepted: Accepted[] = []
const remember = (...events: readonly Event[]) => void accepted.push(...events.map(acceptedOf))
const frameOf = (sent: readonly Event[], from = 1) =>
  sent.map((event, i) => ({ seq: from + i, event }))
const open = (options?: Parameters<typeof openStreamClient>[1]) =>
  openStreamClient(pulse.ingest.url, options)
const statuses = (results: readonly Result[]): string[] =>
  results.map((result) => (result.status === 'accepted' ? 'accepted' : result.error.code))
const metrics = () => readMetrics(pulse.ingest.url)
const countedOf = async (tenant: string): Promise<number> => {
  const series = `pulse_ingest_events_total{tenant="${tenant}",verdict="accepted"}`
  return (await metrics()).get(series) ?? 0
}
const nothingInFlight = () =>
  until('nothing is in flight', async () => {
    const now = await metrics()
    return now.get('pulse_ingest_in_flight_bytes') === 0 && now.get('pulse_ingest_in_flight') === 0
  })

describe('a stream opens', () => {
  test.each([
    ['X-API-Key', { headers: { 'X-API-Key': 'key_a' } }, ''],
    ['a bearer token', { headers: { Authorization: 'Bearer key_a' } }, ''],
    [
      'a subprotocol, as browsers can',
      { headers: {}, protocols: ['pulse.v1', 'pulse.key.key_a'] },
      'pulse.v1',
    ],
  ])('with %s', async (_, options, protocol) => {
    const stream = await open(options)
    expect(stream.protocol).toBe(protocol)
    expect(stream.opened).toEqual({
      type: 'open',
      request_id: expect.stringMatching(/^req_/),
      credit: 1000,
      max_event_bytes: 262_144,
      max_frame_bytes: 1_048_576,
    })
    await stream.close()
  })

  test.each([
    ['without a key', '/stream', {}, 401, 'UNAUTHORIZED'],
    ['with an unknown key', '/stream', { 'X-API-Key': 'no' }, 401, 'UNAUTHORIZED'],
    ['with the key in its URL', '/stream?api_key=key_a', {}, 401, 'UNAUTHORIZED'],
    ['by a request that is none for a WebSocket', '/stream', null, 426, 'UPGRADE_REQUIRED'],
  ])('not %s', async (_, path, headers, status, code) => {
    const upgrade = {
      ...{ Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' },
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    }
    const answer = await getBy(path, headers === null ? {} : { ...upgrade, ...headers })
    expect(answer).toMatchObject({ status, body: { error: { code } } })
  })
})

describe('each event has its verdict by its seq', () => {
  test('alone, or in an array, as text or as bytes', async () => {
    const stream = await open()
    const [one, two, three, four] = distinctEvents(4)
    stream.send({ seq: 7, event: one })
    stream.send(frameOf([two, three] as Event[], 8))
    stream.send(Buffer.from(JSON.stringify({ seq: 0, event: four })), 1)
    const results = await stream.resultsOf(7, 8, 9, 0)
    // An event's id is its stream's, but for the instant at which it was given.
    const random = stream.opened.request_id.slice('req_01a201a2-d63e-7'.length)
    expect(results).toEqual(
      [7, 8, 9, 0].map((seq, n) => ({
        ...{ seq, status: 'accepted', duplicate: false },
        request_id: expect.stringMatching(new RegExp(`^req_.{13}-7${random}\\.${n}$`)),
      })),
    )
    remember(...([one, two, three, four] as Event[]))
    await stream.close()
  })

  test('which is that of a single event: a bad one costs its neighbours nothing', async () => {
    const stream = await open()
    const [first, last, warned] = distinctEvents(3) as [Event, Event, Event]
    stream.send(
      `[{"seq":1,"event":${JSON.stringify(first)}},{"seq":2,"event":[1]},{"seq":3,"event":{"a":}},` +
        `{"seq":4,"event":{}},{"seq":5,"event":${JSON.stringify(without(warned, 'payload'))}},` +
        `{"seq":6},{"seq":7,"event":${JSON.stringify(last)},"idempotency_key":"é"},` +
        `{"seq":8,"event":${JSON.stringify(last)},"ordering_key":"customer-1"}]`,
      8,
    )
    const results = await stream.resultsOf(1, 2, 3, 4, 5, 6, 7, 8)
    expect(statuses(results)).toEqual([
      ...['accepted', 'NOT_AN_OBJECT', 'INVALID_JSON', 'IDEMPOTENCY_KEY_REQUIRED'],
      ...['accepted', 'INVALID_FRAME', 'IDEMPOTENCY_KEY_INVALID', 'accepted'],
    ])
    expect(results[4]).toMatchObject({ warnings: [{ code: 'FIELD_MISSING', path: '/payload' }] })
    remember(first, last, without(warned, 'payload'))
    await stream.close()
  })

  test('a repeat, in the same frame or a later one, is a duplicate of the first', async () => {
    const stream = await open()
    const [event, other] = distinctEvents(2)
    const key = crypto.randomUUID()
    const keyed = { event, idempotency_key: key }
    stream.send([
      { seq: 1, ...keyed },
      { seq: 2, ...keyed },
      { seq: 3, ...keyed, event: other },
    ])
    const [first, second, third] = await stream.resultsOf(1, 2, 3)
    expect(first).toMatchObject({ status: 'accepted', duplicate: false })
    expect(second).toEqual({ ...first, seq: 2, duplicate: true } as Result)
    expect(third).toMatchObject({ error: { code: 'IDEMPOTENCY_KEY_REUSED' } })
    stream.send({ seq: 4, ...keyed })
    expect((await stream.resultsOf(4))[0]).toEqual({ ...first, seq: 4, duplicate: true } as Result)
    accepted.push({ key, event: event as Event })
    await stream.close()
  })

  test('and its bytes are kept as they are, up to the digits of its numbers', async () => {
    const stream = await open()
    const key = crypto.randomUUID()
    const text = `{"event_id":"e","event_type":"t", "schema_version":1,"occurred_at":"2026-01-02T20:00:00Z","payload":{"n":12345678901234567890.10,"s":"é\\u00e9"}}`
    stream.send(`{"idempotency_key":"${key}","event":${text},"seq":1}`)
    await stream.resultsOf(1)
    const records = await readTopic(testAddresses().kafka, pulse.topics.raw)
    const record = records.find(({ value }) => value.includes(key))
    expect(String(record?.value)).toContain(`"event":${text}`)
    accepted.push({ key, event: JSON.parse(text) })
    await stream.close()
  })

  test('three thousand events go through on their credit', async () => {
    const stream = await open()
    const sent = distinctEvents(3_000)
    await sendAll(stream, sent)
    const results = await stream.resultsOf(...sent.map((_, i) => i + 1))
    expect(new Set(statuses(results))).toEqual(new Set(['accepted']))
    remember(...sent)
    await stream.close()
  }, 90_000)
})

describe('flow control', () => {
  test('what was answered comes back as credit', async () => {
    const stream = await open()
    const sent = distinctEvents(300)
    stream.send(frameOf(sent))
    expect(stream.credit).toBe(700)
    await stream.resultsOf(...sent.map((_, i) => i + 1))
    await until('the credit is back', () => stream.credit === 1000)
    remember(...sent)
    await stream.close()
  })

  test('who overdraws is closed, behind the verdicts of what was taken; the rest is not in', async () => {
    const stream = await open()
    const [taken, beyond] = [distinctEvents(1000), distinctEvents(1)]
    stream.send(frameOf(taken.slice(0, 500)))
    stream.send(frameOf(taken.slice(500), 501))
    // More than any credit: what was taken may have its verdicts already.
    stream.send(frameOf(distinctEvents(1001), 2001))
    stream.send(frameOf(beyond, 3000))
    expect(await stream.closed).toEqual({
      code: 4400,
      reason: expect.stringMatching(/^CREDIT_EXCEEDED: 1001 events came on a credit of \d+$/),
    })
    expect(stream.results.size).toBe(1000)
    expect(stream.messages.at(-1)).toMatchObject({ error: { code: 'CREDIT_EXCEEDED' } })
    remember(...taken)
  })

  test('beyond the quota an event is to be repeated, and there is no more credit while it is used up', async () => {
    const stream = await open({ apiKey: 'key_few' })
    stream.send(frameOf(distinctEvents(30)))
    const results = await stream.resultsOf(...Array.from({ length: 30 }, (_, i) => i + 1))
    const limited = results.filter(({ status }) => status === 'retry')
    expect(limited.length).toBeGreaterThan(0)
    expect(limited[0]).toMatchObject({
      error: { code: 'RATE_LIMITED' },
      retry_after_seconds: expect.any(Number),
    })
    expect(stream.credit).toBe(970)
    await stream.close()
  })

  test('verdicts wait for a client that does not read, within its credit, and come when it does', async () => {
    const { socket, received } = await openRawWebSocket(pulse.ingest.url)
    const before = await countedOf('tenant_a')
    const sent = distinctEvents(1000)
    for (let at = 0; at < 1000; at += 100)
      socket.write(textFrame(JSON.stringify(frameOf(sent.slice(at, at + 100), at + 1))))
    await until('all are judged', async () => (await countedOf('tenant_a')) === before + 1000)
    // Of the events themselves nothing is held for it.
    await nothingInFlight()
    expect(received()).not.toContain('"type":"ack"')
    socket.resume()
    await until(
      'all verdicts came',
      () => received().match(/"status":"accepted"/g)?.length === 1000,
    )
    socket.destroy()
    remember(...sent)
  })
})

test('who pings and does not read is cut off', async () => {
  const { socket } = await openRawWebSocket(pulse.ingest.url)
  const pings = Buffer.concat(Array.from({ length: 1_000 }, () => frame(0x9, Buffer.alloc(125))))
  // What the system holds by itself on both sides comes on top.
  for (let i = 0; i < 400 && !socket.destroyed; i++)
    await new Promise((sent) => socket.write(pings, sent))
  await until('it is closed', () => socket.destroyed)
}, 60_000)

describe('what cannot be taken ends its own stream, and harms no other', () => {
  let other: StreamClient
  beforeAll(async () => {
    other = await open()
  })
  afterAll(async () => {
    const [event] = distinctEvents(1)
    other.send({ seq: 1, event })
    expect(statuses(await other.resultsOf(1))).toEqual(['accepted'])
    remember(event as Event)
    await other.close()
  })

  test('a frame that is broken, behind the verdicts of what came before', async () => {
    const stream = await open()
    const [event] = distinctEvents(1)
    stream.send(`[{"seq":1,"event":${JSON.stringify(event)}},{"event":{}}]`, 1)
    const { code, reason } = await stream.closed
    expect([code, reason]).toEqual([4400, expect.stringMatching(/^INVALID_FRAME: An event has no/)])
    expect(statuses([...stream.results.values()])).toEqual(['accepted'])
    remember(event as Event)
  })

  test('a frame that is too large, and one that is far too large', async () => {
    const large = (bytes: number) => `{"seq":1,"event":{"a":"${'x'.repeat(bytes)}"}}`
    const stream = await open()
    stream.send(large(1_048_576))
    expect(await stream.closed).toMatchObject({ code: 4413 })
    const cutOff = await open()
    cutOff.send(large(3_000_000))
    expect((await cutOff.closed).code).toBe(1006)
  })

  test('an event that is too large is refused alone', async () => {
    const stream = await open()
    const [event] = distinctEvents(1)
    const large = anEvent({ payload: { text: 'x'.repeat(262_144) } })
    stream.send(frameOf([large, event as Event]))
    expect(statuses(await stream.resultsOf(1, 2))).toEqual(['PAYLOAD_TOO_LARGE', 'accepted'])
    remember(event as Event)
    await stream.close()
  })

  test('text that is no UTF-8 is cut off', async () => {
    const { socket, received } = await openRawWebSocket(pulse.ingest.url)
    socket.resume()
    socket.write(frame(0x1, Buffer.from([0xff, 0xfe])))
    await until('it is closed', () => socket.destroyed || socket.readableEnded)
    expect(received()).toContain('"type":"open"')
  })
})

test('a client that vanishes repeats what has no verdict with the same keys: nothing is lost or doubled', async () => {
  const sent = distinctEvents(3000)
  const known = new Set<number>()
  for (let attempt = 0; known.size < sent.length; attempt++) {
    const stream = await open()
    const left = sent.flatMap((event, at) => (known.has(at) ? [] : [{ seq: at, event }]))
    for (let at = 0; at < left.length; at += 100) {
      const frame = left.slice(at, at + 100)
      await until('there is credit', () => stream.credit >= frame.length)
      stream.send(frame)
      // Three times it goes away in the middle, without waiting for what is under way.
      if (attempt < 3 && at > 800) break
    }
    if (attempt >= 3)
      await until('all verdicts are there', () => left.every(({ seq }) => stream.results.has(seq)))
    for (const [seq, { status }] of stream.results) {
      if (status === 'accepted') known.add(seq)
      expect(status).not.toBe('rejected')
    }
    stream.vanish()
  }
  remember(...sent)
  await nothingInFlight()
}, 60_000)

test('a key that is revoked ends its stream within seconds', async () => {
  const control = openControl({ kafka: testAddresses().kafka, topic: pulse.topics.control })
  await control('tenant set tenant_c')
  const { key } = await control('key create tenant_c laptop')
  const stream = await until('the key is known', () => open({ apiKey: key }).catch(() => undefined))
  const [event] = distinctEvents(1)
  stream.send({ seq: 1, event })
  await stream.resultsOf(1)
  remember(event as Event)
  await control('key revoke tenant_c laptop')
  const { code, reason } = await stream.closed
  expect([code, reason]).toEqual([4401, 'UNAUTHORIZED: Unknown or revoked API key'])
}, 90_000)

test('streams and their events are counted, and each frame is a line of the log', async () => {
  const now = await until('no stream is open', async () => {
    const all = await metrics()
    return all.get('pulse_ingest_streams{door="websocket"}') === 0 && all
  })
  const ended = (code: string) =>
    now.get(`pulse_ingest_streams_ended_total{door="websocket",code="${code}"}`) ?? 0
  expect([ended('CREDIT_EXCEEDED'), ended('UNAUTHORIZED'), ended('INVALID_FRAME')]).toEqual([
    1, 1, 1,
  ])
  expect(ended('OK')).toBeGreaterThan(5)
  expect(ended('CLIENT_GONE')).toBeGreaterThan(3)
  const opened = 'pulse_ingest_requests_total{route="/stream",status="101",code="OK"}'
  const all = sumOf(now, 'pulse_ingest_streams_ended_total', 'door="websocket"')
  expect(now.get(opened)).toBe(all)
  // Frames end in any order.
  const lines = pulse.ingest.lines().filter(({ route, results }) => route === '/stream' && results)
  expect(lines).toContainEqual(
    expect.objectContaining({
      ...{ tenant: 'tenant_a', msg: 'request', ms: expect.any(Number) },
      results: { accepted: 2, duplicates: 0, rejected: 0, retry: 0 },
    }),
  )
})

test('what was accepted is stored once or a dead letter, and nothing else is there', async () => {
  await expectAllOnce(pulse.sql, accepted, { except: few })
}, 90_000)

test('SIGTERM under load: what was taken is answered, then the stream is closed to come again', async () => {
  const streams = await Promise.all([open(), open(), open()])
  const keys = new Map<string, Event>()
  const load = streams.map(async (stream) => {
    for (let seq = 1; ; seq += 50) {
      const sent = distinctEvents(50)
      const isClosed = await Promise.race([
        stream.closed,
        until('there is credit', () => stream.credit >= 50).catch(() => 'closed'),
      ])
      if (typeof isClosed !== 'boolean') break
      stream.send(frameOf(sent, seq))
      for (const [i, event] of sent.entries())
        keys.set(`${streams.indexOf(stream)} ${seq + i}`, event)
    }
  })
  await until('the load is under way', () => streams.every(({ results }) => results.size > 500))
  const began = performance.now()
  pulse.ingest.kill('SIGTERM')
  const ends = await Promise.all(streams.map(({ closed }) => closed))
  expect(ends.map(({ code }) => code)).toEqual([1012, 1012, 1012])
  expect(await pulse.ingest.ended).toEqual({ code: 0, signal: null })
  expect(performance.now() - began).toBeLessThan(10_000)
  await Promise.all(load)
  const kept = streams.flatMap(({ results }, at) =>
    [...results].flatMap(([seq, { status }]) => {
      const event = keys.get(`${at} ${seq}`) as Event
      return status === 'accepted' ? [{ key: String(event.event_id), event }] : []
    }),
  )
  expect(kept.length).toBeGreaterThan(1500)
  const found = await audit(pulse.sql, [...accepted, ...kept])
  expect(found).toEqual({ ...clean, unknown: found.unknown })
}, 90_000)

async function sendAll(stream: StreamClient, sent: readonly Event[], size = 200): Promise<void> {
  for (let at = 0; at < sent.length; at += size) {
    const frame = frameOf(sent.slice(at, at + size), at + 1)
    await until('there is credit', () => stream.credit >= frame.length)
    stream.send(frame)
  }
}

/** fetch would not send the headers of an upgrade. */
function getBy(
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number; body: unknown }> {
  return new Promise((resolve, reject) => {
    const asked = request(pulse.ingest.url + path, { headers }, async (answer) => {
      let text = ''
      for await (const chunk of answer) text += chunk
      resolve({ status: answer.statusCode ?? 0, body: JSON.parse(text) })
    })
    asked.on('error', reject).end()
  })
}
