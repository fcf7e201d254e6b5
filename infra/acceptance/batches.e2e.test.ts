/** What becomes of the events of a batch: one verdict each, in order, and what was accepted is stored exactly once. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { connect } from 'node:net'
import zlib from 'node:zlib'
import { testAddresses } from '../harness/addresses.ts'
import { audit, clean, countsClose } from '../harness/audit.ts'
import { anEvent } from '../harness/builders.ts'
import { openControl } from '../harness/control.ts'
import type { Accepted } from '../harness/producers.ts'
import { type Answer, type Pulse, post, startPulse } from '../harness/pulse.ts'
import { freshTenant } from '../harness/remembered.ts'
import { until } from '../harness/until.ts'

let pulse: Pulse
beforeAll(async () => {
  pulse = await startPulse({
    apiKeys: `tenant_a:key_a:unlimited,${freshTenant()}:key_few:100,batch_none:key_none:0`,
  })
}, 60_000)
afterAll(() => pulse?.stop())

type Event = Record<string, unknown>

const accepted: Accepted[] = []
/** Events that were answered `accepted`, for the audit at the end. */
const remember = (events: readonly Event[]) => {
  for (const event of events) accepted.push({ key: keyOf(event), event })
}
const keyOf = (event: Event): string => String(event.idempotency_key ?? event.event_id)

const events = (count: number): Event[] =>
  Array.from({ length: count }, (_, i) =>
    anEvent({ event_id: crypto.randomUUID(), payload: { number: i, text: '"],[\\\n' } }),
  )

const send = (
  body: string | Uint8Array | readonly unknown[],
  headers: Record<string, string> = {},
): Promise<Answer> => {
  const text = Array.isArray(body) ? JSON.stringify(body) : body
  return post(`${pulse.ingest.url}/events/batch`, text, { 'Idempotency-Key': '', ...headers })
}
const linesOf = (sent: readonly Event[]) => sent.map((event) => JSON.stringify(event)).join('\n')
const asLines = { 'Content-Type': 'application/x-ndjson' }

/** How many results there are of each status; of refused ones of each code. */
const tally = ({ body }: Answer): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const { status, error } of body.results ?? []) {
    const word = error === undefined ? status : `${status} ${error.code}`
    counts[word] = (counts[word] ?? 0) + 1
  }
  return counts
}
/** A slow machine may ask for some of a large batch again: repeats those events until all are in. */
async function untilTaken(sent: readonly Event[], answer: Answer): Promise<void> {
  expect(Object.keys(tally(answer)).filter((word) => word.startsWith('rejected'))).toEqual([])
  const left = sent.filter((_, i) => answer.body.results[i].status === 'retry')
  if (left.length > 0) await untilTaken(left, await send(left))
}
const refusal = ({ status, body }: Answer) => `${status} ${body.error?.code}`

describe('a batch', () => {
  test('of one event is answered with its verdict and its own request id', async () => {
    const sent = events(1)
    const answer = await send(sent)
    expect(answer.status).toBe(200)
    const id = answer.body.request_id
    expect(id).toBe(answer.headers.get('X-Request-Id'))
    expect(answer.body).toEqual({
      request_id: id,
      accepted: 1,
      duplicates: 0,
      rejected: 0,
      retry: 0,
      results: [{ status: 'accepted', request_id: `${id}.0`, duplicate: false }],
    })
    expect(answer.headers.get('Retry-After')).toBeNull()
    remember(sent)
  })

  test('repeated is a duplicate with the request ids of the first time', async () => {
    const sent = events(3)
    const first = await send(sent)
    const again = await send(sent)
    expect(again.body).toMatchObject({ accepted: 0, duplicates: 3 })
    expect(again.body.results).toEqual(
      first.body.results.map((result: object) => ({ ...result, duplicate: true })),
    )
    remember(sent)
  })

  test('of 10,000 events is taken whole, as an array and as lines', async () => {
    for (const lines of [false, true]) {
      const sent = events(10_000)
      const answer = await (lines ? send(linesOf(sent), asLines) : send(sent))
      expect(answer.body.results).toHaveLength(10_000)
      for (const [i, result] of answer.body.results.entries())
        if (result.status === 'accepted')
          expect(result.request_id).toBe(`${answer.body.request_id}.${i}`)
      await untilTaken(sent, answer)
      remember(sent)
    }
  }, 120_000)

  test('of 10,001 events is refused, and none of them is taken', async () => {
    const sent = events(10_001)
    expect(refusal(await send(sent))).toBe('413 BATCH_TOO_LARGE')
    expect(refusal(await send(linesOf(sent), asLines))).toBe('413 BATCH_TOO_LARGE')
  })

  test.each([
    ['[]', {}],
    ['\n\r\n', asLines],
  ])('of no events is refused (%j)', async (body, headers) => {
    expect(refusal(await send(body, headers))).toBe('400 EMPTY_BATCH')
  })

  test.each([
    ['nothing', '', '400 INVALID_JSON'],
    ['one event', JSON.stringify(anEvent()), '400 NOT_A_BATCH'],
    ['lines sent as an array', '{"a":1}\n{"b":2}', '400 NOT_A_BATCH'],
    ['an array that breaks off in its first event', '[{"event_id":"e', '400 INVALID_JSON'],
    ['half a gigabyte’s worth of brackets, told early', '['.repeat(500_000), '400 INVALID_JSON'],
  ])('that is %s is refused as a whole', async (_, body, expected) => {
    expect(refusal(await send(body))).toBe(expected)
  })

  test.each([
    ['no content type', { 'Content-Type': '' }, '415 UNSUPPORTED_MEDIA_TYPE'],
    ['text', { 'Content-Type': 'text/plain' }, '415 UNSUPPORTED_MEDIA_TYPE'],
    ['an unknown encoding', { 'Content-Encoding': 'compress' }, '415 UNSUPPORTED_CONTENT_ENCODING'],
    ['an idempotency key', { 'Idempotency-Key': 'k' }, '400 IDEMPOTENCY_KEY_INVALID'],
    ['no API key', { 'X-API-Key': '' }, '401 UNAUTHORIZED'],
  ])('with %s is refused as a whole', async (_, headers, expected) => {
    expect(refusal(await send(events(1), headers))).toBe(expected)
  })

  test('larger than the limit in bytes is refused with an answer', async () => {
    const blank = new Uint8Array(17 * 1024 * 1024).fill(0x20)
    for (let i = 0; i < 3; i++) expect(refusal(await send(blank))).toBe('413 BATCH_TOO_LARGE')
  })
})

describe('an event that is bad', () => {
  test('is the only one that is refused, of 1,000', async () => {
    const sent = events(999)
    const texts = sent.map((event) => JSON.stringify(event))
    texts.splice(500, 0, '{"event_id":"bad",}')
    const answer = await send(`[${texts.join(',')}]`)
    expect(tally(answer)).toEqual({ accepted: 999, 'rejected INVALID_JSON': 1 })
    expect(answer.body.results[500]).toMatchObject({ status: 'rejected' })
    expect(answer.headers.get('Retry-After')).toBeNull()
    remember(sent)
  })

  test.each([
    ['no JSON', 'nope', 'INVALID_JSON'],
    ['no object', '[1]', 'NOT_AN_OBJECT'],
    ['no UTF-8', Buffer.from('{"event_id":"\xff"}', 'latin1'), 'INVALID_JSON'],
    ['too deep', `{"event_id":"e","a":${'['.repeat(100)}${']'.repeat(100)}}`, 'TOO_DEEP'],
    ['too large', `{"event_id":"e","a":"${'x'.repeat(262_144)}"}`, 'PAYLOAD_TOO_LARGE'],
    ['without a key', '{"event_type":"t"}', 'IDEMPOTENCY_KEY_REQUIRED'],
    ['of a key that is a number', '{"event_id":1}', 'IDEMPOTENCY_KEY_INVALID'],
  ])('because it is %s leaves its neighbours alone', async (_, bad, code) => {
    for (const [open, between, close, headers] of [
      ['[', ',', ']', {}],
      ['', '\n', '\n', asLines],
    ] as const) {
      const sent = events(2)
      const [first, last] = sent.map((event) => JSON.stringify(event))
      const parts = [open, first, between, bad, between, last, close]
      const answer = await send(
        Buffer.concat(parts.map((part) => Buffer.from(part ?? ''))),
        headers,
      )
      expect(answer.body.results).toMatchObject([
        { status: 'accepted' },
        { status: 'rejected', error: { code } },
        { status: 'accepted' },
      ])
      remember(sent)
    }
  })

  test('because it could not be stored is accepted with warnings, and becomes a dead letter', async () => {
    const [good, { event_type: _, ...bad }] = events(2) as [Event, Event]
    const answer = await send([good, bad])
    expect(answer.body.results).toMatchObject([
      { status: 'accepted' },
      { status: 'accepted', warnings: [{ code: 'FIELD_MISSING', path: '/event_type' }] },
    ])
    remember([good, bad])
  })

  test('of a strict tenant is refused with what was found in it, and its neighbours are taken', async () => {
    const control = openControl({ kafka: testAddresses().kafka, topic: pulse.topics.control })
    await control('tenant set tenant_strict --validation strict')
    const { key } = await control('key create tenant_strict laptop')
    const headers = { 'X-API-Key': key }
    const [first, { event_type: _, ...bad }, last] = events(3) as [Event, Event, Event]
    const answer = await until('the key is in force', async () => {
      const answered = await send([first, bad, last], headers)
      return answered.status === 200 && answered
    })
    expect(answer.body.results).toMatchObject([
      { status: 'accepted' },
      {
        status: 'rejected',
        error: {
          code: 'INVALID_EVENT',
          findings: [{ code: 'FIELD_MISSING', path: '/event_type' }],
        },
      },
      { status: 'accepted' },
    ])
    remember([first, last])
  })

  test('because the array breaks off in it is refused once, and what came before is taken', async () => {
    const sent = events(2)
    const answer = await send(`${JSON.stringify(sent).slice(0, -1)},{"event_id":"cut`)
    expect(tally(answer)).toEqual({ accepted: 2, 'rejected INVALID_JSON': 1 })
    remember(sent)
  })
})

describe('one key twice in a batch', () => {
  test('with the same event is accepted once and a duplicate once', async () => {
    const [event, other] = events(2) as [Event, Event]
    const answer = await send([event, other, event])
    expect(answer.body).toMatchObject({ accepted: 2, duplicates: 1 })
    expect(answer.body.results[2]).toEqual({ ...answer.body.results[0], duplicate: true })
    remember([event, other])
  })

  test('with another event is refused the second time', async () => {
    const [event] = events(1) as [Event]
    const answer = await send([event, { ...event, payload: { other: true } }])
    expect(tally(answer)).toEqual({ accepted: 1, 'rejected IDEMPOTENCY_KEY_REUSED': 1 })
    remember([event])
  })

  test('a thousand times is accepted once', async () => {
    const [event] = events(1) as [Event]
    const answer = await send(Array.from({ length: 1000 }, () => event))
    expect(answer.body).toMatchObject({ accepted: 1, duplicates: 999 })
    remember([event])
  })

  test('given by two events in idempotency_key is theirs, whatever their ids are', async () => {
    const key = crypto.randomUUID()
    const [first, second] = events(2).map((event) => ({ ...event, idempotency_key: key }))
    const answer = await send([first, second])
    expect(tally(answer)).toEqual({ accepted: 1, 'rejected IDEMPOTENCY_KEY_REUSED': 1 })
    remember([first as Event])
  })
})

test('a batch admits what the quota allows, and says when to repeat the rest', async () => {
  const sent = events(250)
  const began = performance.now()
  const answer = await send(sent, { 'X-API-Key': 'key_few' })
  expect(tally(answer)).toEqual({ accepted: 100, 'retry RATE_LIMITED': 150 })
  const statuses = answer.body.results.map((result: { status: string }) => result.status)
  expect(statuses.slice(0, 100)).not.toContain('retry')
  const wait = Number(answer.headers.get('Retry-After'))
  expect(wait).toBeGreaterThan(0)
  expect(answer.body.results[249].retry_after_seconds).toBeLessThanOrEqual(wait)
  expect(answer.headers.get('RateLimit')).toMatch(/^"events";r=0;t=\d+$/)
  remember(sent.slice(0, 100))

  const again = await send(sent, { 'X-API-Key': 'key_few' })
  const { accepted: late = 0, ...rest } = tally(again)
  expect(rest).toEqual({ 'retry RATE_LIMITED': 250 - late })
  // None, unless a minute has ended meanwhile: then the window slides.
  expect(late).toBeLessThanOrEqual((100 * (performance.now() - began)) / 60_000)
  expect(Number(again.headers.get('Retry-After'))).toBeGreaterThanOrEqual(60)
})

test('a blocked tenant’s batch is for another time, whole or not', async () => {
  const headers = { 'X-API-Key': 'key_none' }
  expect(tally(await send(events(3), headers))).toEqual({ 'retry RATE_LIMITED': 3 })
  expect(refusal(await send('{}', headers))).toBe('429 RATE_LIMITED')
})

describe('an encoded body', () => {
  const encoders = {
    gzip: zlib.gzipSync,
    deflate: zlib.deflateSync,
    br: (bytes: Uint8Array) =>
      zlib.brotliCompressSync(bytes, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } }),
  }

  describe.each(['gzip', 'deflate', 'br'] as const)('in %s', (encoding) => {
    const encode = (text: string) => encoders[encoding](Buffer.from(text))
    const encoded = { 'Content-Encoding': encoding }

    test('is a batch like any other, as an array and as lines', async () => {
      const sent = events(3000)
      await untilTaken(sent, await send(encode(JSON.stringify(sent)), encoded))
      const again = await send(encode(linesOf(sent)), { ...asLines, ...encoded })
      // Redis may miss its deadline on a busy machine: then a repeat is taken for new, and the ledger removes it.
      expect(again.body).toMatchObject({ rejected: 0 })
      await untilTaken(sent, again)
      remember(sent)
    }, 60_000)

    test('is a single event like any other', async () => {
      const [event] = events(1) as [Event]
      const headers = { 'Idempotency-Key': keyOf(event), ...encoded }
      const answer = await post(
        `${pulse.ingest.url}/events`,
        encode(JSON.stringify(event)),
        headers,
      )
      expect(answer.status).toBe(202)
      remember([event])
    })

    test('that is a bomb is refused, and costs no memory', async () => {
      const bomb = encode(' '.repeat(200 * 1024 * 1024))
      const before = await residentBytes()
      for (let i = 0; i < 5; i++) {
        expect(refusal(await send(bomb, encoded))).toBe('413 BATCH_TOO_LARGE')
        const single = await post(`${pulse.ingest.url}/events`, bomb, encoded)
        expect(refusal(single)).toBe('413 PAYLOAD_TOO_LARGE')
      }
      expect((await residentBytes()) - before).toBeLessThan(150 * 1024 * 1024)
    })

    test.each([
      ['breaks off', (body: Buffer) => body.subarray(0, -2)],
      ['has text behind it', (body: Buffer) => Buffer.concat([body, Buffer.from('x')])],
      ['is not encoded', () => Buffer.from('[]')],
    ])('that %s is refused, and none of its events is taken', async (_, spoil) => {
      const body = spoil(encode(linesOf(events(10))))
      const answer = await send(body, { ...asLines, ...encoded })
      expect(refusal(answer)).toBe('400 CONTENT_ENCODING_INVALID')
      const single = await post(`${pulse.ingest.url}/events`, body, encoded)
      expect(refusal(single)).toBe('400 CONTENT_ENCODING_INVALID')
    })
  })

  test('that is not taken is told with those that are', async () => {
    const { headers, body } = await send('[]', { 'Content-Encoding': 'compress' })
    expect(headers.get('Accept-Encoding')).toStartWith('gzip, deflate, br')
    expect(body.error.message).toContain('gzip, deflate')
  })
})

describe('a client that goes away', () => {
  test('in the middle of its batch leaves nothing behind', async () => {
    const body = JSON.stringify(events(100))
    const gone = await goneClients()
    await sendAndLeave(body.slice(0, body.length >> 1), body.length)
    await until('ingest has seen it go', async () => (await goneClients()) === gone + 1)
    expect(await inFlightBytes()).toBe(0)
  })

  test('before its answer may repeat the batch: every event is taken once', async () => {
    const sent = events(5000)
    const body = JSON.stringify(sent)
    await sendAndLeave(body, Buffer.byteLength(body))
    await untilTaken(sent, await send(sent))
    await until('nothing is in flight', async () => (await inFlightBytes()) === 0)
    remember(sent)
  })
})

test('what was accepted is stored once or a dead letter, and nothing else is there', async () => {
  expect(accepted.length).toBeGreaterThan(35_000)
  expect(await audit(pulse.sql, accepted)).toEqual(clean)
  expect(await countsClose(pulse.sql)).toBe(true)
}, 90_000)

async function metric(pattern: RegExp): Promise<number> {
  const text = await (await fetch(`${pulse.ingest.url}/metrics`)).text()
  return Number(pattern.exec(text)?.[1] ?? 0)
}

const residentBytes = () => metric(/^process_resident_memory_bytes (\d+)$/m)
const inFlightBytes = () => metric(/^pulse_ingest_in_flight_bytes (\d+)$/m)
const goneClients = () =>
  metric(/requests_total\{route="\/events\/batch",status="499"[^}]*\} (\d+)$/m)

/** Sends a batch's headers, promising so many bytes, and so much of its body; then closes the connection. */
function sendAndLeave(part: string, length: number): Promise<void> {
  const { hostname, port } = new URL(pulse.ingest.url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    socket.on('error', reject)
    socket.on('close', () => resolve())
    socket.write(
      `POST /events/batch HTTP/1.1\r\nHost: x\r\nX-API-Key: key_a\r\nContent-Type: application/json\r\n` +
        `Content-Length: ${length}\r\n\r\n${part}`,
      () => socket.destroy(),
    )
  })
}
