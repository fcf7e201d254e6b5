/** What ingest answers is what its OpenAPI document says: each answer is held against the schema of its status. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { connect } from 'node:net'
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { createClient } from '@redis/client'
import { fingerprintOf } from '../../contracts/fingerprint.ts'
import { testAddresses } from '../harness/addresses.ts'
import { anEvent, without } from '../harness/builders.ts'
import { type Documented, openDocumented } from '../harness/documented.ts'
import type { Json } from '../harness/openapi.ts'
import { isWhole, patientWithRedis } from '../harness/pulse.ts'
import { type Service, spawnService } from '../harness/service.ts'
import { freshTopics } from '../harness/topics.ts'
import { until } from '../harness/until.ts'

const at = testAddresses()
const apiKeys = 'tenant_a:key_a:unlimited,tenant_b:key_b:100000,none:key_none:0'
let topics: Awaited<ReturnType<typeof freshTopics>>
/** One that reaches everything, and one whose Kafka is not there. */
let ingest: Service
let alone: Service
let documented: Documented
const redis = createClient({ url: at.redis })

beforeAll(async () => {
  await redis.connect()
  topics = await freshTopics(at.kafka)
  const shared = {
    KAFKA_RAW_TOPIC: topics.raw,
    KAFKA_CONTROL_TOPIC: topics.control,
    REDIS_URL: at.redis,
    API_KEYS: apiKeys,
    ...patientWithRedis,
  }
  ;[ingest, alone] = await Promise.all([
    spawnService('ingest', {
      ...shared,
      KAFKA_BROKERS: at.kafka,
      RATE_LIMIT_BYTES_PER_MIN: '10000000',
    }),
    spawnService('ingest', { ...shared, KAFKA_BROKERS: '127.0.0.1:1' }),
  ])
  await until('ingest is ready', () => isWhole(ingest.url), 30_000)
  documented = await openDocumented(ingest.url)
}, 60_000)
afterAll(async () => {
  await Promise.all([ingest?.stop(), alone?.stop()])
  redis.destroy()
  await topics?.remove()
})

const problems = 'application/problem+json'
const key = () => crypto.randomUUID()

const send = (
  body: unknown,
  headers: Record<string, string> = {},
  from = ingest,
  path = '/events',
) => {
  const usual = {
    'Content-Type': 'application/json',
    'X-API-Key': 'key_b',
    'Idempotency-Key': key(),
  }
  const all = Object.entries({ ...usual, ...headers }).filter(([, value]) => value !== '')
  const isText = typeof body === 'string' || body instanceof Uint8Array
  const text = isText ? body : JSON.stringify(body)
  const init = { method: 'POST', headers: Object.fromEntries(all), body: text }
  return documented.ask(from.url, path, init)
}

const sendBatch = (body: unknown, headers: Record<string, string> = {}, from = ingest) =>
  send(body, { 'Idempotency-Key': '', ...headers }, from, '/events/batch')

describe('an event is answered as documented', () => {
  test.each([
    ['accepted', {}],
    ['of a tenant without limits', { 'X-API-Key': 'key_a' }],
    ['with a bearer token', { 'X-API-Key': '', Authorization: 'Bearer key_b' }],
    ['with an ordering key', { 'Ordering-Key': 'customer-7' }],
    ['with a trace', { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` }],
    ['by a client that asks for problems', { Accept: problems }],
  ])('when %s', async (_, headers) => {
    const { status, body } = await send(anEvent(), headers)
    expect({ status, body }).toMatchObject({ status: 202, body: { duplicate: false } })
  })

  test('when it brings its own key', async () => {
    const { status } = await send(anEvent({ idempotency_key: key() }), { 'Idempotency-Key': '' })
    expect(status).toBe(202)
  })

  test('when repeated', async () => {
    const headers = { 'Idempotency-Key': key() }
    const first = await send(anEvent(), headers)
    const again = await send(anEvent(), headers)
    expect(again.body).toEqual({ ...first.body, duplicate: true })
    expect(again.headers.get('Idempotency-Replayed')).toBe('true')
  })

  test('when it cannot be stored', async () => {
    const { body } = await send(without(anEvent(), 'payload'))
    expect(body.warnings).toMatchObject([{ code: 'FIELD_MISSING', path: '/payload' }])
  })

  test('by every example of the document', async () => {
    const { examples } = documented.document.components.schemas.Event
    const { content } = documented.document.paths['/events'].post.requestBody
    for (const value of examples) expect((await send(value)).body.warnings).toBeUndefined()
    for (const [type, media] of Object.entries<Json>(content))
      for (const { value } of Object.values<Json>(media.examples ?? {}))
        expect((await send(value, { 'Content-Type': type })).body.warnings).toBeUndefined()
  })

  test('in binary mode, with the headers that the document names', async () => {
    const { parameters } = documented.document.components
    const names = Object.values<Json>(parameters).map(({ name }) => name)
    const headers = { 'ce-specversion': '1.0', 'ce-id': key(), 'ce-source': '/s', 'ce-type': 't' }
    for (const name of Object.keys(headers)) expect(names).toContain(name)
    const { body } = await send('a,b', { ...headers, 'Content-Type': 'text/csv' })
    expect(body).toMatchObject({ duplicate: false })
    expect(body.warnings).toBeUndefined()
  })
})

const refusals: readonly [
  code: string,
  status: number,
  body: unknown,
  headers: Record<string, string>,
][] = [
  ['INVALID_JSON', 400, '{"event_id":', {}],
  ['INVALID_JSON', 400, '', {}],
  ['NOT_AN_OBJECT', 400, [anEvent()], {}],
  ['TOO_DEEP', 400, `${'['.repeat(65)}${']'.repeat(65)}`, {}],
  ['IDEMPOTENCY_KEY_REQUIRED', 400, anEvent(), { 'Idempotency-Key': '' }],
  ['IDEMPOTENCY_KEY_INVALID', 400, anEvent(), { 'Idempotency-Key': 'k'.repeat(256) }],
  ['ORDERING_KEY_INVALID', 400, anEvent(), { 'Ordering-Key': 'k'.repeat(256) }],
  ['CLOUDEVENT_INVALID', 400, '{}', { 'ce-specversion': '1.0', 'ce-id': '%zz' }],
  ['UNAUTHORIZED', 401, anEvent(), { 'X-API-Key': 'unknown' }],
  ['UNAUTHORIZED', 401, anEvent(), { 'X-API-Key': '' }],
  ['PAYLOAD_TOO_LARGE', 413, anEvent({ payload: { text: 'x'.repeat(262_144) } }), {}],
  ['UNSUPPORTED_MEDIA_TYPE', 415, anEvent(), { 'Content-Type': 'text/plain' }],
  ['CONTENT_ENCODING_INVALID', 400, anEvent(), { 'Content-Encoding': 'gzip' }],
  ['UNSUPPORTED_CONTENT_ENCODING', 415, anEvent(), { 'Content-Encoding': 'compress' }],
  ['RATE_LIMITED', 429, anEvent(), { 'X-API-Key': 'key_none' }],
]

const batchRefusals: typeof refusals = [
  ['INVALID_JSON', 400, '[', {}],
  ['INVALID_JSON', 400, '', {}],
  ['NOT_A_BATCH', 400, anEvent(), {}],
  ['EMPTY_BATCH', 400, [], {}],
  ['CONTENT_ENCODING_INVALID', 400, [anEvent()], { 'Content-Encoding': 'br' }],
  ['IDEMPOTENCY_KEY_INVALID', 400, [anEvent()], { 'Idempotency-Key': 'k' }],
  ['ORDERING_KEY_INVALID', 400, [anEvent()], { 'Ordering-Key': 'k'.repeat(256) }],
  ['UNAUTHORIZED', 401, [anEvent()], { 'X-API-Key': 'unknown' }],
  ['BATCH_TOO_LARGE', 413, `[${'{},'.repeat(10_000)}{}]`, {}],
  ['UNSUPPORTED_MEDIA_TYPE', 415, [anEvent()], { 'Content-Type': 'text/plain' }],
  ['UNSUPPORTED_CONTENT_ENCODING', 415, [anEvent()], { 'Content-Encoding': 'compress' }],
  // What cannot be split into events is one event to the quota.
  ['RATE_LIMITED', 429, '{}', { 'X-API-Key': 'key_none' }],
]

describe('a batch is answered as documented', () => {
  const bodyOf = async (...args: Parameters<typeof sendBatch>) => {
    const { status, body } = await sendBatch(...args)
    expect(status).toBe(200)
    return body
  }
  const run = key()
  const named = (name: string, given = {}) => anEvent({ event_id: `${name}-${run}`, ...given })

  test('with every kind of verdict', async () => {
    const events = [named('a'), named('a'), null, {}, named('b', { payload: 1 })]
    const body = await bodyOf(events)
    expect(body).toMatchObject({ accepted: 2, duplicates: 1, rejected: 2, retry: 0 })
    expect(body.results[4].warnings).toHaveLength(1)
    const limited = await bodyOf([named('d')], { 'X-API-Key': 'key_none' })
    expect(limited).toMatchObject({ retry: 1, results: [{ error: { code: 'RATE_LIMITED' } }] })
  })

  test('when tenants and keys are not known yet', async () => {
    const { status, headers, body } = await sendBatch([named('c')], {}, alone)
    expect([status, body.error.code]).toEqual([503, 'UNAVAILABLE'])
    expect(headers.get('Retry-After')).toBe('1')
  })

  test('by the examples of the document', async () => {
    const { content } = documented.document.paths['/events/batch'].post.requestBody
    for (const [type, { example }] of Object.entries<Json>(content)) {
      const { rejected, retry } = await bodyOf(example, { 'Content-Type': type })
      expect([rejected, retry]).toEqual([0, 0])
    }
  })

  test('in every encoding that the document names', async () => {
    const { description } = documented.document.components.parameters.ContentEncoding
    const [, names = ''] = /: ([a-z, ]+)\./.exec(description) ?? []
    const body = Buffer.from(JSON.stringify([named('d')]))
    const encoded = {
      gzip: gzipSync(body),
      deflate: deflateSync(body),
      br: brotliCompressSync(body),
      zstd: zstdCompressSync(body),
    }
    expect(names.split(', ').length).toBeGreaterThanOrEqual(3)
    for (const name of names.split(', ') as (keyof typeof encoded)[]) {
      const { accepted, duplicates } = await bodyOf(encoded[name], { 'Content-Encoding': name })
      expect(accepted + duplicates).toBe(1)
    }
  })
})

describe.each([
  ['', 'application/json'],
  [problems, problems],
])('to a client that accepts %p a refusal is %s', (accept, mediaType) => {
  const refused = async (
    code: string,
    status: number,
    body: unknown,
    headers: Record<string, string>,
    how: { from?: Service; by?: typeof send } = {},
  ) => {
    const { from = ingest, by = send } = how
    const answer = await by(body, { ...headers, ...(accept ? { Accept: accept } : {}) }, from)
    expect(answer.status).toBe(status)
    expect(answer.headers.get('Content-Type')).toBe(mediaType)
    expect(answer.headers.get('Vary')).toBe('Accept')
    expect(mediaType === problems ? answer.body.code : answer.body.error.code).toBe(code)
    return answer
  }

  test.each(refusals)('%s, %i (%#)', async (code, status, body, headers) => {
    await refused(code, status, body, headers)
  })

  test.each(batchRefusals)('of a batch: %s, %i (%#)', async (code, status, body, headers) => {
    await refused(code, status, body, headers, { by: sendBatch })
  })

  test('IDEMPOTENCY_KEY_REUSED, 422', async () => {
    const headers = { 'Idempotency-Key': key() }
    await send(anEvent(), headers)
    await refused('IDEMPOTENCY_KEY_REUSED', 422, anEvent({ event_id: 'other' }), headers)
  })

  test('IN_FLIGHT, 409', async () => {
    const event = anEvent()
    const headers = { 'Idempotency-Key': key() }
    const fingerprint = fingerprintOf(Buffer.from(JSON.stringify(event)))
    const claim = `idem:tenant_b:${headers['Idempotency-Key']}`
    await redis.set(claim, `pending req_of_another ${fingerprint}`, { PX: 10_000 })
    await refused('IN_FLIGHT', 409, event, headers)
  })

  test('UNAVAILABLE, 503, while Kafka is away', async () => {
    const { headers } = await refused('UNAVAILABLE', 503, anEvent(), {}, { from: alone })
    expect(headers.get('Retry-After')).toBe('1')
  })

  test('and the rest: no such path, no such method', async () => {
    const name = mediaType === problems ? 'Problem' : 'Error'
    for (const [path, method, code] of [
      ['/nowhere', 'GET', 'NOT_FOUND'],
      ['/events', 'PUT', 'METHOD_NOT_ALLOWED'],
    ] as const) {
      const headers = accept ? { Accept: accept } : {}
      const answer = await fetch(ingest.url + path, { method, headers })
      expect(answer.headers.get('Content-Type')).toBe(mediaType)
      const body = await answer.json()
      expect(documented.check({ $ref: `#/components/schemas/${name}` }, body)).toEqual([])
      expect(JSON.stringify(body)).toContain(`"code":"${code}"`)
    }
  })
})

test('a problem is about its request, and its type leads to what it means', async () => {
  const { headers, body } = await send('{', { Accept: `${problems}, application/json;q=0.9` })
  expect(body.instance).toBe(headers.get('X-Request-Id'))
  const type = await documented.ask(ingest.url, body.type)
  expect(type.body).toMatchObject({ type: body.type, code: body.code, title: body.title })
  expect(body.detail).toEndWith(type.body.next)
  const page = await documented.ask(ingest.url, body.type, {
    headers: { Accept: 'text/html,*/*;q=0.8' },
  })
  expect(page.body).toContain(type.body.next)
})

test('a quota that is used up is named, by the names that its policies have', async () => {
  const { headers, body } = await send(anEvent(), { 'X-API-Key': 'key_none', Accept: problems })
  expect(headers.get('RateLimit-Policy')).toStartWith('"events";q=0;w=60, "bytes";q=10000000')
  expect(body['violated-policies']).toEqual(['events'])
  expect(body.retry_after_seconds).toBe(Number(headers.get('Retry-After')))
})

test.each([
  ['/stream', 426],
  ['/health', 200],
  ['/metrics', 200],
  ['/problems', 200],
  ['/problems/too-deep', 200],
  ['/problems/nothing', 404],
  ['/problems/..%2fhealth', 404],
])('GET %s answers %i as documented', async (path, status) => {
  expect((await documented.ask(ingest.url, path)).status).toBe(status)
})

test('GET /ready answers 200 as documented', async () => {
  // A broker that takes a second to answer makes it 503, which is documented too.
  await until('it is ready', async () => {
    const { status, body } = await documented.ask(ingest.url, '/ready')
    return status === 200 && body.status === 'ready'
  })
})

test('GET /ready answers 503 as documented', async () => {
  const { status, body } = await documented.ask(alone.url, '/ready')
  expect([status, body.status]).toEqual([503, 'not ready'])
})

test('headers that are too large are answered 431 as documented', async () => {
  const { hostname, port } = new URL(ingest.url)
  const socket = connect(Number(port), hostname).setEncoding('utf8')
  let received = ''
  socket.on('data', (more) => {
    received += more
  })
  socket.write(`POST /events HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`)
  await until('it is answered', () => received !== '')
  socket.destroy()
  expect(received).toStartWith('HTTP/1.1 431')
  expect(documented.document.paths['/events'].post.responses[431].content).toHaveProperty([
    'text/html',
  ])
})

test('there is no other path in the document', () => {
  const asked = [
    '/events',
    '/events/batch',
    '/stream',
    '/health',
    '/ready',
    '/metrics',
    '/problems',
    '/problems/{name}',
  ]
  expect(Object.keys(documented.document.paths)).toEqual(asked)
})
