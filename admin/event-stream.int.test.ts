/** What a runtime tells a stream of its reader: on a real server, over a real connection. */
import { expect, test } from 'bun:test'
import { connect } from 'node:net'
import { Hono } from 'hono'
import { until } from '../infra/harness/until.ts'
import { eventStream, type SendEvent } from './event-stream.ts'

/** A server with one stream, which says when its reader is let go or has gone. */
function serveStream() {
  let send: SendEvent | undefined
  let ended = false
  const app = new Hono().get('/', (c) =>
    eventStream(c, (given) => {
      send = given
      return () => {
        ended = true
      }
    }),
  )
  const server = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: app.fetch })
  const client = connect(server.port ?? 0, '127.0.0.1')
  client.on('error', () => undefined)
  client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
  return {
    client,
    began: () => until('the stream has begun', () => send !== undefined),
    send: (data: string) => send?.('content', data),
    ended: () => ended,
    async [Symbol.asyncDispose]() {
      client.destroy()
      await server.stop(true)
    },
  }
}

test('a reader that does not read is let go before much waits for it', async () => {
  await using stream = serveStream()
  stream.client.pause()
  await stream.began()
  const megabyte = 'x'.repeat(1024 * 1024)
  let sent = 0
  await until('it is let go', () => {
    if (!stream.ended()) {
      stream.send(megabyte)
      sent++
    }
    return stream.ended()
  })
  // What the sockets of both sides take, and the eight that may wait.
  expect(sent).toBeLessThan(40)
}, 30_000)

test('a reader that goes away ends what is sent to it', async () => {
  await using stream = serveStream()
  await stream.began()
  stream.client.destroy()
  await until('it has ended', () => {
    stream.send('x')
    return stream.ended()
  })
}, 30_000)
