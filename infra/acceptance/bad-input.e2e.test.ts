/** What a stranger may send to the door: a precise refusal each time, and the next good request works. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'
import { anEvent } from '../harness/builders.ts'
import { readMetrics, sumOf } from '../harness/metrics.ts'
import { type Pulse, startPulse } from '../harness/pulse.ts'
import { openRaw, rawPost, rawStatus, statusesIn } from '../harness/raw-http.ts'
import { until } from '../harness/until.ts'

const limit = 262_144
let pulse: Pulse
beforeAll(async () => {
  pulse = await startPulse()
}, 60_000)
afterAll(() => pulse?.stop())
afterEach(async () => {
  expect((await pulse.post(anEvent())).status).toBe(202)
})

const refusal = async (body: string, headers: Record<string, string> = {}) => {
  const answer = await pulse.post(body, headers)
  return `${answer.status} ${answer.body.error?.code}`
}
const eventOf = (bytes: number) => {
  const empty = JSON.stringify(anEvent({ payload: { text: '' } }))
  return JSON.stringify(anEvent({ payload: { text: 'x'.repeat(bytes - empty.length) } }))
}

describe('a body', () => {
  test.each([
    ['nothing', ''],
    ['white space', ' \n\t '],
    ['half an object', '{"event_id":'],
    ['two values', '{}{}'],
    ['a comment', '{/* no */}'],
    ['a trailing comma', '{"a":1,}'],
    ['a byte order mark', '\uFEFF{}'],
  ])('of %s is no JSON', async (_, body) => {
    expect(await refusal(body)).toBe('400 INVALID_JSON')
  })

  test.each(['[]', 'null', '1', '"x"'])('%s is no event', async (body) => {
    expect(await refusal(body)).toBe('400 NOT_AN_OBJECT')
  })

  test('nested a hundred thousand levels deep is refused before it is parsed', async () => {
    expect(await refusal(`{"payload":${'['.repeat(100_000)}`)).toBe('400 TOO_DEEP')
  })

  test('of exactly the limit is accepted, one byte more is refused', async () => {
    expect((await pulse.post(eventOf(limit))).status).toBe(202)
    expect(await refusal(eventOf(limit + 1))).toBe('413 PAYLOAD_TOO_LARGE')
  })

  test('of 20 MB is refused with an answer, not with a broken connection', async () => {
    for (let i = 0; i < 5; i++)
      expect(await refusal(eventOf(20_000_000))).toBe('413 PAYLOAD_TOO_LARGE')
  })

  test('of large numbers that nobody could read back is told so', async () => {
    const event = `{"event_id":"e","event_type":"t","schema_version":1,
      "occurred_at":"2026-01-02T20:00:00Z","payload":{"n":1e131000}}`
    const { body } = await pulse.post(event)
    expect(body.warnings).toMatchObject([{ code: 'NUMBER_UNSTORABLE' }])
  })

  test('one byte over the limit is refused also when it comes in chunks', async () => {
    const answer = await raw(
      (body) =>
        `Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
      eventOf(limit + 1),
    )
    expect(answer).toBe(413)
  })

  test('in chunks within the limit is accepted', async () => {
    const answer = await raw((body) => {
      const half = body.length >> 1
      const chunks = [body.slice(0, half), body.slice(half)]
      const encoded = chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('')
      return `Transfer-Encoding: chunked\r\n\r\n${encoded}0\r\n\r\n`
    }, eventOf(2000))
    expect(answer).toBe(202)
  })

  test('that never ends because the client goes away leaves nothing behind', async () => {
    const key = crypto.randomUUID()
    const headers = ['X-API-Key: key_a', `Idempotency-Key: ${key}`]
    const text = rawPost({ headers, body: '{"event_id":', length: 1_000 })
    const goneBefore = await goneClients()
    const { socket } = openRaw(pulse.ingest.url)
    await new Promise<void>((sent) => socket.write(text, 'latin1', () => sent()))
    socket.destroy()
    await until('ingest has seen it go', async () => (await goneClients()) === goneBefore + 1)
    const whole = await pulse.post(anEvent(), { 'Idempotency-Key': key })
    expect(whole.body).toMatchObject({ duplicate: false })
  })
})

describe('a header', () => {
  test.each([
    ['no content type', { 'Content-Type': '' }, '415 UNSUPPORTED_MEDIA_TYPE'],
    [
      'a form',
      { 'Content-Type': 'application/x-www-form-urlencoded' },
      '415 UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'another charset',
      { 'Content-Type': 'application/json; charset=utf-16' },
      '415 UNSUPPORTED_MEDIA_TYPE',
    ],
    ['gzip of a body that is not', { 'Content-Encoding': 'gzip' }, '400 CONTENT_ENCODING_INVALID'],
    [
      'an encoding of long ago',
      { 'Content-Encoding': 'compress' },
      '415 UNSUPPORTED_CONTENT_ENCODING',
    ],
    [
      'a key of 256 characters',
      { 'Idempotency-Key': 'k'.repeat(256) },
      '400 IDEMPOTENCY_KEY_INVALID',
    ],
    [
      'an ordering key of 256 characters',
      { 'Ordering-Key': 'k'.repeat(256) },
      '400 ORDERING_KEY_INVALID',
    ],
  ])('that says %s is refused', async (_, headers, expected) => {
    expect(await refusal(JSON.stringify(anEvent()), headers)).toBe(expected)
  })

  test.each(['k'.repeat(255), 'a:b', '{x}*', `"quoted"'`, 'with space'])(
    'takes an idempotency key as it is (%#)',
    async (part) => {
      const key = `${crypto.randomUUID()}${part}`.slice(0, 255)
      expect((await pulse.post(anEvent(), { 'Idempotency-Key': key })).status).toBe(202)
      await until('it is in the ledger', async () => {
        const rows = await pulse.sql`select from event_keys where idempotency_key = ${key}`
        return rows.length === 1
      })
    },
  )

  test('larger than the server takes is refused with 431', async () => {
    const answer = await raw(
      (body) => `X-Large: ${'x'.repeat(20_000)}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      '{}',
    )
    expect(answer).toBe(431)
  })
})

test('HEAD has the status of GET and no body, and the connection goes on', async () => {
  const connection = openRaw(pulse.ingest.url, 'HEAD /health HTTP/1.1\r\nHost: x\r\n\r\n')
  const { socket } = connection
  await until('the first answer is there', () => connection.received.endsWith('\r\n\r\n'))
  socket.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n')
  await until('the second answer is there', () => connection.received.endsWith('{"status":"ok"}'))
  expect(statusesIn(connection.received)).toEqual([200, 200])
  socket.destroy()
})

test('a path tells which methods it takes', async () => {
  const response = await fetch(`${pulse.ingest.url}/events`, { method: 'PUT' })
  expect(response.headers.get('Allow')).toBe('POST')
})

test.each([
  ['GET', '/events', 405],
  ['PUT', '/events', 405],
  ['DELETE', '/ready', 405],
  ['GET', '/', 404],
  ['POST', '/events/', 404],
  ['GET', '/../etc/passwd', 404],
])('%s %s is answered %i in the one shape', async (method, path, status) => {
  const response = await fetch(`${pulse.ingest.url}${path}`, { method })
  expect(response.status).toBe(status)
  expect(response.headers.get('X-Request-Id')).toMatch(/^req_/)
  expect(await response.json()).toEqual({
    error: { code: expect.any(String), message: expect.any(String), next: expect.any(String) },
  })
})

/** Requests whose client went away before the answer. */
const goneClients = async () =>
  sumOf(await readMetrics(pulse.ingest.url), 'pulse_ingest_requests_total', 'status="499"')

/** Sends a request with what `rest` makes of the body after the first headers; resolves with the answer's status. */
function raw(rest: (body: string) => string, body: string): Promise<number> {
  return rawStatus(
    pulse.ingest.url,
    `POST /events HTTP/1.1\r\nHost: x\r\nX-API-Key: key_a\r\nIdempotency-Key: ${crypto.randomUUID()}\r\n` +
      `Content-Type: application/json\r\n${rest(body)}`,
  )
}
