/** What strangers do to the door's connections: odd headers, slow bodies, going away. It costs others nothing. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'
import { grpcStatus } from '../../contracts/grpc-status.ts'
import { anEvent } from '../harness/builders.ts'
import { type Ended, type GrpcClient, openGrpcClient, wireEvent } from '../harness/grpc-client.ts'
import { type Pulse, startPulse } from '../harness/pulse.ts'
import { openRaw, rawPost, rawStatus, statusesIn } from '../harness/raw-http.ts'
import { until } from '../harness/until.ts'

const mebibyte = 1_048_576
let pulse: Pulse
let grpc: GrpcClient
beforeAll(async () => {
  pulse = await startPulse({
    ingest: { MAX_IN_FLIGHT_BYTES: String(2 * mebibyte), MAX_BATCH_BYTES: String(mebibyte) },
  })
  grpc = openGrpcClient(pulse.ingest.grpc)
}, 60_000)
afterAll(async () => {
  grpc?.close()
  await pulse?.stop()
})
afterEach(async () => {
  expect((await pulse.post(anEvent())).status).toBe(202)
})

const event = JSON.stringify(anEvent())
const bytesOf = (length: number) => {
  const empty = JSON.stringify(anEvent({ payload: { text: '' } }))
  return JSON.stringify(anEvent({ payload: { text: 'x'.repeat(length - empty.length) } }))
}
async function inFlight(): Promise<{ events: number; bytes: number }> {
  const text = await (await fetch(`${pulse.ingest.url}/metrics`)).text()
  const gauge = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1])
  return { events: gauge('pulse_ingest_in_flight'), bytes: gauge('pulse_ingest_in_flight_bytes') }
}
const nothingIsInFlight = async () => Bun.deepEquals(await inFlight(), { events: 0, bytes: 0 })

describe('an API key', () => {
  const key = 'Idempotency-Key: 1'
  test.each([
    ['that is missing', [], 401],
    ['that is empty', ['X-API-Key:'], 401],
    ['of white space', ['X-API-Key:    '], 401],
    ['that is unknown', ['X-API-Key: nobody'], 401],
    ['outside ASCII', ['X-API-Key: k\xe9y_a'], 401],
    ['of 3 KB', [`X-API-Key: ${'k'.repeat(3_000)}`], 401],
    ['of 10 KB', [`X-API-Key: ${'k'.repeat(10_000)}`], 431],
    ['as another scheme', ['Authorization: Basic key_a'], 401],
    ['with another behind a comma', ['X-API-Key: key_a, key_b'], 401],
    ['doubled, of which the first counts: unknown', ['X-API-Key: nobody', 'X-API-Key: key_a'], 401],
    ['doubled, of which the first counts: empty', ['X-API-Key:', 'X-API-Key: key_a'], 401],
    ['beside a bearer token: it counts', ['X-API-Key: nobody', 'Authorization: Bearer key_a'], 401],
  ])('%s is answered', async (_, headers, status) => {
    const text = rawPost({ headers: [...headers, key], body: event })
    expect(await rawStatus(pulse.ingest.url, text)).toBe(status)
  })
})

describe('an idempotency key', () => {
  test.each([
    ['that is missing', []],
    ['that is empty', ['Idempotency-Key:']],
    ['outside ASCII', ['Idempotency-Key: caf\xe9-1']],
    ['with a tab', ['Idempotency-Key: a\tb']],
    ['with a control character', ['Idempotency-Key: a\x01b']],
  ])('%s is refused', async (_, headers) => {
    const text = rawPost({ headers: ['X-API-Key: key_a', ...headers], body: event })
    expect(await rawStatus(pulse.ingest.url, text)).toBe(400)
  })

  test('is the same for two tenants: both events are stored', async () => {
    const key = crypto.randomUUID()
    for (const apiKey of ['key_a', 'key_b']) {
      const headers = { 'X-API-Key': apiKey, 'Idempotency-Key': key }
      expect((await pulse.post(anEvent(), headers)).body).toMatchObject({ duplicate: false })
    }
    await until('both are stored', async () => {
      const rows = await pulse.sql<{ tenant_id: string }[]>`
        select tenant_id from events where idempotency_key = ${key} order by tenant_id`
      return Bun.deepEquals(
        rows.map(({ tenant_id }) => tenant_id),
        ['tenant_a', 'tenant_b'],
      )
    })
  })
})

describe('a request', () => {
  const usual = 'X-API-Key: key_a\r\nIdempotency-Key: 1\r\nContent-Type: application/json'
  test.each([
    ['of HTTP/1.0', 'GET /health HTTP/1.0\r\nHost: x\r\n\r\n'],
    ['of TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n'],
    ['without Host', 'GET /health HTTP/1.1\r\n\r\n'],
    ['with a folded header', `POST /events HTTP/1.1\r\nHost: x\r\n${usual}\r\n more\r\n\r\n{}`],
    [
      'with a length and in chunks',
      `POST /events HTTP/1.1\r\nHost: x\r\n${usual}\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}`,
    ],
    [
      'of a negative length',
      `POST /events HTTP/1.1\r\nHost: x\r\n${usual}\r\nContent-Length: -1\r\n\r\n{}`,
    ],
    [
      'of a length beyond all numbers',
      `POST /events HTTP/1.1\r\nHost: x\r\n${usual}\r\nContent-Length: 99999999999999999999\r\n\r\n{}`,
    ],
    [
      'with a chunk of no number',
      `POST /events HTTP/1.1\r\nHost: x\r\n${usual}\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n`,
    ],
  ])('%s is refused, and its connection ends', async (_, text) => {
    const connection = openRaw(pulse.ingest.url, text)
    await until('it has ended', () => connection.endedAfterMs !== undefined)
    expect(statusesIn(connection.received)[0] ?? 505).toBeOneOf([400, 505])
  })

  test('that is refused before its body is read leaves the connection in step', async () => {
    const body = bytesOf(200_000)
    const refused = rawPost({ headers: ['X-API-Key: nobody'], body })
    const connection = openRaw(pulse.ingest.url, refused.slice(0, 1_000))
    await until('it is refused', () => statusesIn(connection.received).length === 1)
    connection.socket.write(refused.slice(1_000))
    connection.socket.write(rawPost({ body: event }))
    await until('the next is answered', () => statusesIn(connection.received).length === 2)
    expect(statusesIn(connection.received)).toEqual([401, 202])
    connection.socket.destroy()
  })
})

describe('a body', () => {
  test('for which there is no room is refused at once, and room comes back however the others end', async () => {
    const body = bytesOf(250_000)
    const most = body.slice(0, 200_000)
    const holders = Array.from({ length: 10 }, () =>
      openRaw(pulse.ingest.url, rawPost({ body: most, length: body.length })),
    )
    await until('they hold it', async () => (await inFlight()).bytes === 10 * most.length)
    const refused = openRaw(
      pulse.ingest.url,
      rawPost({ body: body.slice(0, 100_000), length: body.length }),
    )
    await until('it is refused', () => statusesIn(refused.received)[0] === 503)
    expect(refused.received).toContain('"code":"OVERLOADED"')
    expect(refused.received).toMatch(/^Retry-After: \d+\r$/m)
    // A call of gRPC finds no room either, and its connection goes on.
    const another = wireEvent(bytesOf(250_000), { idempotency_key: crypto.randomUUID() })
    const called = await grpc.publish(another).catch((ended: Ended) => ended)
    expect(called).toMatchObject({ code: grpcStatus.UNAVAILABLE, reason: 'OVERLOADED' })
    const [reset, ended, tooLong, ...whole] = holders
    reset?.socket.resetAndDestroy()
    ended?.socket.end()
    tooLong?.socket.destroy()
    await until('their room is back', async () => (await inFlight()).bytes === 7 * most.length)
    for (const { socket } of whole) socket.write(body.slice(most.length))
    for (const holder of whole)
      await until('it is accepted', () => statusesIn(holder.received)[0] === 202)
    await until('nothing is held', nothingIsInFlight)
    expect(await grpc.publish(another)).toMatchObject({ duplicate: false })
    // The refused one may send its rest, and another request behind it.
    refused.socket.write(body.slice(100_000) + rawPost({ body: event }))
    await until('the next is accepted', () => statusesIn(refused.received)[1] === 202)
    for (const { socket } of [...holders, refused]) socket.destroy()
  })

  test('that trickles is cut off, and headers that do, and a connection that says nothing', async () => {
    const trickles = [
      rawPost({ body: '{', length: 1_000 }),
      'POST /events HTTP/1.1\r\nHost: x\r\nX-A: ',
    ]
    const connections = [...trickles, ''].map((text) => openRaw(pulse.ingest.url, text))
    const more = setInterval(() => {
      for (const { socket } of connections.slice(0, 2)) socket.write(' ')
    }, 250)
    await until(
      'all have ended',
      () => connections.every(({ endedAfterMs }) => endedAfterMs !== undefined),
      20_000,
    )
    clearInterval(more)
    for (const { received, endedAfterMs } of connections) {
      expect(received).toBe('')
      expect(endedAfterMs).toBeWithin(5_000, 16_000)
    }
    await until('nothing is held', nothingIsInFlight)
  }, 30_000)

  test('that many begin and leave costs nothing afterwards', async () => {
    for (let round = 0; round < 20; round++) {
      const connections = Array.from({ length: 50 }, (_, i) =>
        openRaw(pulse.ingest.url, rawPost({ body: event.slice(0, i * 2), length: event.length })),
      )
      await until('they have begun', () => connections.every(({ socket }) => !socket.connecting))
      for (const { socket } of connections) socket.resetAndDestroy()
    }
    await until('nothing is held', nothingIsInFlight)
  })
})
