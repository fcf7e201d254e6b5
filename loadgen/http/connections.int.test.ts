import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Socket, TCPSocketListener } from 'bun'
import { until } from '../../infra/harness/until.ts'
import { openConnections } from './connections.ts'
import { makeRequest } from './request.ts'
import type { Answer } from './response.ts'

/** A server that does to each request what the request's body asks for. */
const received: string[] = []
let opened = 0
let server: TCPSocketListener<unknown>
beforeAll(() => {
  server = Bun.listen({
    hostname: '127.0.0.1',
    port: 0,
    socket: { open: () => void opened++, data: (socket, chunk) => serve(socket, chunk.toString()) },
  })
})
afterAll(() => server.stop(true))

const whole = 'HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nok'

function serve(socket: Socket<unknown>, text: string): void {
  received.push(text)
  const wish = text.slice(text.indexOf('\r\n\r\n') + 4)
  if (wish === 'whole') socket.write(whole)
  if (wish === 'in pieces') inPieces(socket, whole)
  if (wish === 'half') socket.end(whole.slice(0, 30))
  if (wish === 'until closed') socket.end('HTTP/1.1 500 Oops\r\n\r\nsorry')
  if (wish === 'close') socket.write(whole.replace('\r\n', '\r\nConnection: close\r\n'))
  if (wish === 'nonsense') socket.write('hello\r\n\r\n')
}

/** A byte at a time, each in a packet of its own. */
function inPieces(socket: Socket<unknown>, text: string): void {
  socket.setNoDelay(true)
  if (text === '') return
  socket.write(text.slice(0, 1))
  setTimeout(inPieces, 1, socket, text.slice(1))
}

function connect(given: { count?: number; timeoutMs?: number } = {}) {
  const config = { host: '127.0.0.1', port: server.port, count: 1, timeoutMs: 5000, ...given }
  const connections = openConnections({ now: () => performance.now(), onFree() {} }, config)
  const request = makeRequest({ ...config, path: '/events' })
  const headers = { apiKey: 'k', contentType: 'application/json', idempotencyKey: 'i' }
  const send = async (wish: string): Promise<Answer | undefined> => {
    const { promise, resolve } = Promise.withResolvers<Answer | undefined>()
    await until('a connection is free', () => connections.send(request(headers, wish), resolve))
    return promise
  }
  return { connections, send }
}

describe('a request is answered', () => {
  test.each([
    ['whole', 202, 'ok'],
    ['in pieces', 202, 'ok'],
    ['until closed', 500, 'sorry'],
    ['close', 202, 'ok'],
  ])('when the answer comes: %s', async (wish, status, body) => {
    const { connections, send } = connect()
    expect(await send(wish)).toMatchObject({ status, body })
    expect(await send('whole')).toMatchObject({ status: 202 })
    connections.close()
  })

  test('with nothing when no whole answer comes, and the next one goes on a new connection', async () => {
    const { connections, send } = connect({ timeoutMs: 300 })
    for (const wish of ['half', 'nonsense', 'never']) expect(await send(wish)).toBeUndefined()
    expect(await send('whole')).toMatchObject({ status: 202 })
    connections.close()
  })

  test('with nothing when the connections are closed', async () => {
    const { connections, send } = connect()
    const answer = send('never')
    await until('it is under way', () => received.at(-1)?.endsWith('never'))
    connections.close()
    expect(await answer).toBeUndefined()
  })
})

test('each connection is used again, with one request at a time', async () => {
  const before = opened
  const { connections, send } = connect({ count: 2 })
  await connections.ready(2000)
  await Promise.all(Array.from({ length: 40 }, () => send('whole')))
  expect(opened - before).toBe(2)
  expect(connections.send(Buffer.from('x'), () => {})).toBe(true)
  expect(connections.send(Buffer.from('x'), () => {})).toBe(true)
  expect(connections.send(Buffer.from('x'), () => {})).toBe(false)
  connections.close()
})

test('a large request arrives whole', async () => {
  const { connections, send } = connect()
  const bytes = 3_000_000
  const from = received.length
  const answer = send('x'.repeat(bytes))
  const arrived = () =>
    received
      .slice(from)
      .join('')
      .replace(/^[^P]*/, '') // after other tests' bytes
  await until('every byte is there', () => arrived().length > bytes)
  expect(arrived()).toStartWith(
    'POST /events HTTP/1.1\r\nHost: 127.0.0.1:' +
      `${server.port}\r\nX-API-Key: k\r\nIdempotency-Key: i\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${bytes}\r\n\r\nxxx`,
  )
  connections.close()
  expect(await answer).toBeUndefined()
})

test('a server that is not there yet is found when it comes', async () => {
  const later = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  const { port } = later
  later.stop(true)
  const config = { host: '127.0.0.1', port, count: 1, timeoutMs: 1000 }
  const connections = openConnections({ now: () => performance.now(), onFree() {} }, config)
  const comes = Bun.listen({ hostname: '127.0.0.1', port, socket: { data() {} } })
  await until('it is connected', () => connections.send(Buffer.from('x'), () => {}))
  connections.close()
  comes.stop(true)
})
