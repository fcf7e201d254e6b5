import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Socket, TCPSocketListener } from 'bun'
import { until } from '../../infra/harness/until.ts'
import { openConnections, type Request } from './connections.ts'
import { headOf, makeRequestWriter } from './request.ts'
import { type Answer, bodyText } from './response.ts'

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
  const connections = open(config)
  const writer = makeRequestWriter()
  const headers = { apiKey: 'k', contentType: 'text/x', key: undefined }
  const head = headOf({ ...config, path: '/events' }, headers)
  const trySend = (wish: string, asked: Asked): boolean => {
    if (connections.free(0) === 0) return false
    writer.begin()
    writer.text(wish)
    const request = writer.end(head, 0)
    connections.send(request, asked)
    request.bytes.fill('!') // it is the writer's again
    return true
  }
  const send = async (wish: string): Promise<Answer | undefined> => {
    const { promise, resolve } = Promise.withResolvers<Answer | undefined>()
    await until('it is sent', () => trySend(wish, { answered: resolve }))
    return promise
  }
  return { connections, send }
}

type Asked = { readonly answered: (answer: Answer | undefined) => void }

const open = (config: Parameters<typeof openConnections>[1]) =>
  openConnections<Asked>(
    {
      now: () => performance.now(),
      onAnswer: ({ answered }, answer) => answered(answer),
      onFree() {},
    },
    config,
  )

const x: Request = { bytes: Buffer.from('x'), start: 0, end: 1 }
const nobody: Asked = { answered() {} }

describe('a request is answered', () => {
  test.each([
    ['whole', 202, 'ok'],
    ['in pieces', 202, 'ok'],
    ['until closed', 500, 'sorry'],
    ['close', 202, 'ok'],
  ])('when the answer comes: %s', async (wish, status, body) => {
    const { connections, send } = connect()
    const answer = await send(wish)
    expect([answer?.status, answer && bodyText(answer.body)]).toEqual([status, body])
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
  expect(connections.free(0)).toBe(2)
  connections.send(x, nobody)
  connections.send(x, nobody)
  expect(connections.free(0)).toBe(0)
  expect(() => connections.send(x, nobody)).toThrow('no connection is free')
  connections.close()
})

test('a large request arrives whole, although its buffer is used again at once', async () => {
  const { connections, send } = connect()
  const bytes = 3_000_000
  const from = received.length
  const answer = send('x'.repeat(bytes))
  const arrived = () =>
    received
      .slice(from)
      .join('')
      .replace(/^[^P]*/, '') // after other tests' bytes
  const whole =
    `POST /events HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nX-API-Key: k\r\n` +
    `Content-Type: text/x\r\nContent-Length: ${bytes}\r\n\r\n${'x'.repeat(bytes)}`
  await until('every byte is there', () => arrived().length >= whole.length)
  expect(arrived() === whole).toBe(true)
  connections.close()
  expect(await answer).toBeUndefined()
})

test('a server that is not there yet is found when it comes', async () => {
  const later = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  const { port } = later
  later.stop(true)
  const config = { host: '127.0.0.1', port, count: 1, timeoutMs: 1000 }
  const connections = open(config)
  const comes = Bun.listen({ hostname: '127.0.0.1', port, socket: { data() {} } })
  await until('it is connected', () => connections.free(0) === 1)
  connections.close()
  comes.stop(true)
})
