/** gRPC: one event a call, many a call, and streams of them; what was accepted is stored exactly once. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { outcomes, type WireVerdict } from '../../contracts/events-service.ts'
import { grpcStatus } from '../../contracts/grpc-status.ts'
import { testAddresses } from '../harness/addresses.ts'
import { audit, clean } from '../harness/audit.ts'
import { anEvent, without } from '../harness/builders.ts'
import { openControl } from '../harness/control.ts'
import { type Ended, type GrpcClient, openGrpcClient, wireEvent } from '../harness/grpc-client.ts'
import { readTopic } from '../harness/kafka-log.ts'
import { readMetrics } from '../harness/metrics.ts'
import type { Accepted } from '../harness/producers.ts'
import { type Pulse, startPulse } from '../harness/pulse.ts'
import {
  acceptedOf,
  distinctEvents,
  type Event,
  expectAllOnce,
  freshTenant,
} from '../harness/remembered.ts'
import { until } from '../harness/until.ts'

const few = freshTenant()
let pulse: Pulse
let client: GrpcClient
/** How a call ends whose message has come, and whose end has not: it takes as long as many tests. */
let half: Promise<Ended>
beforeAll(async () => {
  pulse = await startPulse({
    apiKeys: `tenant_a:key_a:unlimited,${few}:key_few:20,grpc_none:key_none:0`,
    ingest: { LOG_LEVEL: 'debug' },
  })
  client = openGrpcClient(pulse.ingest.grpc)
  half = client.halfOfAPublish(wireEvent(anEvent(), { idempotency_key: 'k'.repeat(1_000_000) }))
}, 60_000)
afterAll(async () => {
  client?.close()
  await pulse?.stop()
})

const accepted: Accepted[] = []
const remember = (...events: readonly Event[]) => void accepted.push(...events.map(acceptedOf))
const wired = (sent: readonly Event[], from = 1) =>
  sent.map((event, i) => wireEvent(event, { seq: from + i }))
const words = (verdicts: readonly WireVerdict[]): string[] =>
  verdicts.map(({ outcome, refusal, duplicate }) => {
    if (outcome !== outcomes.accepted) return String(refusal?.code)
    return duplicate ? 'duplicate' : 'accepted'
  })
/** A request id without the instant at which it was given. */
const untimed = (requestId?: string): string => String(requestId).replace(/^req_.{13}/, 'req_')
const failed = (call: Promise<unknown>): Promise<Ended> =>
  call.then(
    () => expect.unreachable('the call went well'),
    (ended: Ended) => ended,
  )
const metrics = () => readMetrics(pulse.ingest.url)
const bytesUnderWay = async () =>
  (await metrics()).get('pulse_ingest_in_flight_bytes') ?? Number.NaN

test('what has come of a call is under way, whole or not, and whatever is in it', async () => {
  await until('a megabyte is under way', async () => (await bytesUnderWay()) > 1_000_000)
})

describe('Publish', () => {
  test('takes an event, keeps its bytes, and answers a repeat with the first call’s id', async () => {
    const key = crypto.randomUUID()
    const text = `{"event_id":"e","event_type":"t", "schema_version":1,"occurred_at":"2026-01-02T20:00:00Z","payload":{"n":12345678901234567890.10,"s":"é\\u00e9"}}`
    const event = wireEvent(text, { idempotency_key: key, ordering_key: 'customer-1' })
    const first = await client.publish(event)
    expect(first).toMatchObject({ request_id: expect.stringMatching(/^req_/), duplicate: false })
    expect(await client.publish(event)).toMatchObject({ ...first, duplicate: true })
    const records = await readTopic(testAddresses().kafka, pulse.topics.raw)
    const record = records.find(({ value }) => value.includes(key))
    expect(String(record?.value)).toContain(`"event":${text}`)
    accepted.push({ key, event: JSON.parse(text) })
  })

  test('tells what will make it a dead letter', async () => {
    const event = without(anEvent({ idempotency_key: crypto.randomUUID() }), 'payload')
    const { warnings } = await client.publish(wireEvent(event))
    expect(warnings).toMatchObject([{ code: 'FIELD_MISSING', path: '/payload' }])
    remember(event)
  })

  test.each([
    ['INVALID_ARGUMENT', 'INVALID_JSON', '{"a":', {}],
    ['INVALID_ARGUMENT', 'INVALID_JSON', '', {}],
    ['INVALID_ARGUMENT', 'NOT_AN_OBJECT', '[]', {}],
    ['INVALID_ARGUMENT', 'IDEMPOTENCY_KEY_REQUIRED', '{}', {}],
    ['INVALID_ARGUMENT', 'IDEMPOTENCY_KEY_REQUIRED', '{"event_id":"e"}', {}],
    ['INVALID_ARGUMENT', 'IDEMPOTENCY_KEY_INVALID', '{}', { idempotency_key: 'é' }],
    ['INVALID_ARGUMENT', 'ORDERING_KEY_INVALID', '{}', { idempotency_key: 'k', ordering_key: 'é' }],
    ['INVALID_ARGUMENT', 'PAYLOAD_TOO_LARGE', `{"a":"${'x'.repeat(262_144)}"}`, {}],
  ] as const)('refuses with %s what is %s', async (status, reason, text, keys) => {
    const { code, reason: told, retryAfter } = await failed(client.publish(wireEvent(text, keys)))
    expect([code, told, retryAfter]).toEqual([grpcStatus[status], reason, undefined])
  })

  test('refuses a key that belongs to another event', async () => {
    const [event, other] = distinctEvents(2) as [Event, Event]
    const key = { idempotency_key: String(event.event_id) }
    await client.publish(wireEvent(event, key))
    expect(await failed(client.publish(wireEvent(other, key)))).toMatchObject({
      code: grpcStatus.ALREADY_EXISTS,
      reason: 'IDEMPOTENCY_KEY_REUSED',
    })
    remember(event)
  })

  test('says when to come back, and what is left of the quota', async () => {
    const none = openGrpcClient(pulse.ingest.grpc, { apiKey: 'key_none' })
    const event = wireEvent(anEvent(), { idempotency_key: 'k' })
    const ended = await failed(none.publish(event))
    expect(ended).toMatchObject({ code: grpcStatus.RESOURCE_EXHAUSTED, reason: 'RATE_LIMITED' })
    expect(ended.retryAfter).toBeGreaterThan(0)
    expect(ended.trailers.get('ratelimit-policy')).toBe('"events";q=0;w=60')
    expect(ended.trailers.get('x-request-id')).toMatch(/^req_/)
    none.close()
  })

  test.each([
    ['no key', '', {}],
    ['an unknown one', 'no', {}],
    ['another scheme', '', { authorization: 'Basic key_a' }],
  ])('refuses who has %s', async (_, apiKey, headers) => {
    const stranger = openGrpcClient(pulse.ingest.grpc, { apiKey, headers })
    expect(await failed(stranger.publish(wireEvent(anEvent())))).toMatchObject({
      code: grpcStatus.UNAUTHENTICATED,
      reason: 'UNAUTHORIZED',
    })
    const stream = stranger.publishStream()
    expect((await stream.ended).code).toBe(grpcStatus.UNAUTHENTICATED)
    stranger.close()
  })

  test('takes a bearer token', async () => {
    const headers = { authorization: 'Bearer key_a' }
    const bearer = openGrpcClient(pulse.ingest.grpc, { apiKey: '', headers })
    const [event] = distinctEvents(1) as [Event]
    await bearer.publish(wireEvent(event, { idempotency_key: String(event.event_id) }))
    remember(event)
    bearer.close()
  })

  test('is over at its deadline', async () => {
    const deadline = Date.now() - 1
    expect(await failed(client.publish(wireEvent(anEvent()), { deadline }))).toMatchObject({
      code: grpcStatus.DEADLINE_EXCEEDED,
    })
  })

  test('takes no message beyond what it takes', async () => {
    const ended = await failed(client.publish(wireEvent(`"${'x'.repeat(1_100_000)}"`)))
    expect(ended.code).toBe(grpcStatus.RESOURCE_EXHAUSTED)
    expect(ended.message).toContain('larger than max')
  })
})

describe('PublishBatch', () => {
  test('answers each event in order, whatever message it came in', async () => {
    const sent = distinctEvents(250)
    const all = wired(sent, 100)
    const answer = await client.publishBatch(
      all.slice(0, 100),
      [],
      all.slice(100, 101),
      all.slice(101),
    )
    expect(answer).toMatchObject({ accepted: 250, duplicates: 0, rejected: 0, retry: 0 })
    expect(
      answer.verdicts.map(({ seq, request_id }) => [Number(seq), untimed(request_id)]),
    ).toEqual(sent.map((_, i) => [100 + i, `${untimed(answer.request_id)}.${i}`]))
    remember(...sent)
  })

  test('judges each event by itself', async () => {
    const [event] = distinctEvents(1) as [Event]
    const answer = await client.publishBatch([
      wireEvent(event),
      wireEvent('{"a":'),
      wireEvent(event),
      wireEvent('{}'),
      { json: [], idempotency_key: '', ordering_key: '', seq: 0 },
    ])
    expect(words(answer.verdicts)).toEqual([
      ...['accepted', 'INVALID_JSON', 'duplicate', 'IDEMPOTENCY_KEY_REQUIRED', 'INVALID_JSON'],
    ])
    expect(answer).toMatchObject({ accepted: 1, duplicates: 1, rejected: 3, retry: 0 })
    remember(event)
  })

  test('of no event, or of too many, is refused', async () => {
    expect(await failed(client.publishBatch())).toMatchObject({ reason: 'EMPTY_BATCH' })
    const many = Array.from({ length: 11 }, () => wired(new Array(1000).fill({})))
    expect(await failed(client.publishBatch(...many))).toMatchObject({
      code: grpcStatus.INVALID_ARGUMENT,
      reason: 'BATCH_TOO_LARGE',
    })
  })

  test('beyond the quota the rest is to be repeated', async () => {
    const client = openGrpcClient(pulse.ingest.grpc, { apiKey: 'key_few' })
    const answer = await client.publishBatch(wired(distinctEvents(30)))
    expect(answer.retry).toBeGreaterThan(0)
    const limited = answer.verdicts.find(({ outcome }) => outcome === outcomes.retry)
    expect(limited?.refusal).toMatchObject({ code: 'RATE_LIMITED' })
    expect(limited?.refusal?.retry_after_seconds).toBeGreaterThan(0)
    client.close()
  })
})

describe('PublishStream', () => {
  test('gives each verdict by its seq, as it comes about', async () => {
    const stream = client.publishStream()
    const sent = distinctEvents(300)
    stream.send(...wired(sent.slice(0, 1)))
    expect(words(await stream.verdictsOf(1))).toEqual(['accepted'])
    stream.send(...wired(sent.slice(1), 2))
    const verdicts = await stream.verdictsOf(...sent.map((_, i) => i + 1))
    expect(new Set(words(verdicts))).toEqual(new Set(['accepted']))
    const [first] = verdicts
    const id = untimed(first?.request_id).replace(/\.0$/, '')
    expect(verdicts.map(({ request_id }) => untimed(request_id))).toEqual(
      sent.map((_, i) => `${id}.${i}`),
    )
    expect((await stream.end()).code).toBe(grpcStatus.OK)
    remember(...sent)
  })

  test('a bad event costs its neighbours nothing', async () => {
    const stream = client.publishStream()
    const [event] = distinctEvents(1) as [Event]
    stream.send(
      wireEvent('x', { seq: 1 }),
      wireEvent(event, { seq: 2 }),
      wireEvent('{}', { seq: 3 }),
    )
    expect(words(await stream.verdictsOf(1, 2, 3))).toEqual([
      ...['INVALID_JSON', 'accepted', 'IDEMPOTENCY_KEY_REQUIRED'],
    ])
    await stream.end()
    remember(event)
  })

  test('ends behind the verdicts of all that was sent', async () => {
    const stream = client.publishStream()
    const sent = distinctEvents(5000)
    for (let at = 0; at < sent.length; at += 250)
      stream.send(...wired(sent.slice(at, at + 250), at))
    expect((await stream.end()).code).toBe(grpcStatus.OK)
    expect(words([...stream.verdicts.values()])).toEqual(new Array(5000).fill('accepted'))
    remember(...sent)
  }, 90_000)

  test('takes no message of more events than may be open', async () => {
    const stream = client.publishStream()
    stream.send(...wired(new Array(1_001).fill({})))
    expect(await stream.ended).toMatchObject({
      code: grpcStatus.INVALID_ARGUMENT,
      reason: 'BATCH_TOO_LARGE',
    })
  })

  test('holds back a client that does not read, and loses nothing', async () => {
    const stream = client.publishStream()
    stream.call.pause()
    const before = await eventsOf('tenant_a')
    const sent = distinctEvents(20_000)
    for (let at = 0; at < sent.length; at += 500)
      stream.send(...wired(sent.slice(at, at + 500), at))
    stream.call.end()
    let taken = 0
    let sameFor = 0
    await until(
      'it has taken some, and takes no more',
      async () => {
        const now = await eventsOf('tenant_a')
        sameFor = now === taken && now > before ? sameFor + 1 : 0
        taken = now
        return sameFor === 50
      },
      60_000,
    )
    expect(taken - before).toBeLessThan(sent.length)
    stream.call.resume()
    expect((await stream.ended).code).toBe(grpcStatus.OK)
    expect(stream.verdicts.size).toBe(20_000)
    remember(...sent)
  }, 90_000)

  test('a client that goes away in the middle repeats with the same keys: nothing is lost or doubled', async () => {
    const sent = distinctEvents(2000)
    const known = new Set<number>()
    for (let attempt = 0; known.size < sent.length; attempt++) {
      const stream = client.publishStream()
      const left = sent.flatMap((event, seq) => (known.has(seq) ? [] : [wireEvent(event, { seq })]))
      for (let at = 0; at < left.length; at += 100) stream.send(...left.slice(at, at + 100))
      if (attempt < 3) await until('some verdicts came', () => stream.verdicts.size > 0)
      else await until('all came', () => left.every(({ seq }) => stream.verdicts.has(Number(seq))))
      stream.cancel()
      await stream.ended
      for (const [seq, { outcome }] of stream.verdicts) {
        if (outcome === outcomes.accepted) known.add(seq)
        expect(outcome).not.toBe(outcomes.rejected)
      }
    }
    remember(...sent)
  }, 90_000)

  test('a key that is revoked ends its stream within seconds', async () => {
    const control = openControl({ kafka: testAddresses().kafka, topic: pulse.topics.control })
    await control('tenant set tenant_c')
    const { key } = await control('key create tenant_c laptop')
    const [event] = distinctEvents(1) as [Event]
    const own = openGrpcClient(pulse.ingest.grpc, { apiKey: key })
    const keyed = wireEvent(event, { idempotency_key: String(event.event_id) })
    await until('the key is known', () => own.publish(keyed).catch(() => undefined))
    const stream = own.publishStream()
    stream.send(wireEvent(event, { seq: 1 }))
    expect(words(await stream.verdictsOf(1))).toEqual(['duplicate'])
    await control('key revoke tenant_c laptop')
    expect(await stream.ended).toMatchObject({
      code: grpcStatus.UNAUTHENTICATED,
      reason: 'UNAUTHORIZED',
    })
    remember(event)
    own.close()
  }, 90_000)
})

test('a call of Publish that does not come whole is ended', async () => {
  expect(await half).toMatchObject({ code: grpcStatus.DEADLINE_EXCEEDED })
}, 30_000)

const eventsOf = async (tenant: string): Promise<number> => {
  const series = `pulse_ingest_events_total{tenant="${tenant}",verdict="accepted"}`
  return (await metrics()).get(series) ?? 0
}

test('calls, streams and their events are counted, and each call is a line of the log', async () => {
  await until(
    'no stream is open',
    async () => (await metrics()).get('pulse_ingest_streams{door="grpc"}') === 0,
  )
  await until('nothing is under way', async () => (await bytesUnderWay()) === 0)
  const now = await metrics()
  const route = (method: string, status: number, code: string) =>
    now.get(
      `pulse_ingest_requests_total{route="/pulse.v1.Events/${method}",status="${status}",code="${code}"}`,
    ) ?? 0
  expect(route('Publish', 200, 'OK')).toBeGreaterThan(3)
  expect(route('Publish', 401, 'UNAUTHORIZED')).toBeGreaterThan(2)
  // The one that did not come whole, and the one that is too large.
  expect(route('Publish', 499, 'CLIENT_GONE')).toBeGreaterThan(1)
  expect(route('PublishBatch', 413, 'BATCH_TOO_LARGE')).toBe(1)
  expect(route('PublishStream', 413, 'BATCH_TOO_LARGE')).toBe(1)
  const ended = (code: string) =>
    now.get(`pulse_ingest_streams_ended_total{door="grpc",code="${code}"}`) ?? 0
  expect(ended('UNAUTHORIZED')).toBe(1)
  // A call that is cancelled may be seen to end first.
  expect(ended('OK')).toBeGreaterThan(3)
  const line = pulse.ingest.lines().find(({ route }) => route === '/pulse.v1.Events/Publish')
  expect(line).toMatchObject({ tenant: 'tenant_a', verdict: 'accepted', status: 200 })
})

test('what was accepted is stored once or a dead letter, and nothing else is there', async () => {
  await expectAllOnce(pulse.sql, accepted, { except: few })
}, 90_000)

test('SIGTERM under load: what was taken is answered, and streams end as UNAVAILABLE', async () => {
  const clients = Array.from({ length: 3 }, () => openGrpcClient(pulse.ingest.grpc))
  const streams = clients.map((each) => each.publishStream())
  const sent = new Map<string, Event>()
  let over = false
  const load = streams.map(async (stream, at) => {
    void stream.ended.then(() => {
      over = true
    })
    for (let seq = 1; !over; seq += 50) {
      const some = distinctEvents(50)
      for (const [i, event] of some.entries()) sent.set(`${at} ${seq + i}`, event)
      stream.send(...wired(some, seq))
      await Promise.race([stream.ended, until('they are judged', () => stream.verdicts.has(seq))])
    }
  })
  const unary = openGrpcClient(pulse.ingest.grpc)
  const single = async () => {
    for (;;) {
      const [event] = distinctEvents(1) as [Event]
      const keyed = wireEvent(event, { idempotency_key: String(event.event_id) })
      const end = await unary.publish(keyed).then(
        () => undefined,
        (ended: Ended) => ended,
      )
      if (end !== undefined) return end
      remember(event)
    }
  }
  const singles = Array.from({ length: 8 }, single)
  await until('the load is under way', () => streams.every(({ verdicts }) => verdicts.size > 500))
  const began = performance.now()
  pulse.ingest.kill('SIGTERM')
  for (const { code } of await Promise.all(singles)) expect(code).toBe(grpcStatus.UNAVAILABLE)
  for (const end of await Promise.all(streams.map(({ ended }) => ended)))
    expect(end).toMatchObject({
      code: grpcStatus.UNAVAILABLE,
      reason: 'UNAVAILABLE',
      retryAfter: 1,
    })
  expect(await pulse.ingest.ended).toEqual({ code: 0, signal: null })
  expect(performance.now() - began).toBeLessThan(10_000)
  await Promise.all(load)
  for (const each of [...clients, unary]) each.close()
  streams.forEach(({ verdicts }, at) => {
    for (const [seq, { outcome }] of verdicts)
      if (outcome === outcomes.accepted) remember(sent.get(`${at} ${seq}`) as Event)
  })
  const found = await audit(pulse.sql, accepted)
  expect(found).toEqual({ ...clean, unknown: found.unknown })
}, 90_000)
