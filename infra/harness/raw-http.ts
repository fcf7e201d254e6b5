/** HTTP by hand, for what no client would send: half a request, doubled headers, bytes outside ASCII. */
import { connect, type Socket } from 'node:net'
import { until } from './until.ts'

export type RawConnection = {
  readonly socket: Socket
  /** What came so far. */
  readonly received: string
  /** Milliseconds from opening it to its end; undefined while it is open. */
  readonly endedAfterMs: number | undefined
}

/** Opens a connection to the server at `url` and writes `text`, one byte a character. */
export function openRaw(url: string, text = ''): RawConnection {
  const { hostname, port } = new URL(url)
  const began = performance.now()
  const socket = connect(Number(port), hostname).setEncoding('latin1')
  const connection = { socket, received: '', endedAfterMs: undefined as number | undefined }
  socket.on('data', (more) => {
    connection.received += more
  })
  socket.on('error', () => {}) // A reset is an end like any other.
  socket.on('close', () => {
    connection.endedAfterMs = performance.now() - began
  })
  socket.write(text, 'latin1')
  return connection
}

/** Writes `text` on a connection of its own; resolves with the first answer's status once its headers are there. */
export async function rawStatus(url: string, text: string): Promise<number> {
  const connection = openRaw(url, text)
  try {
    await until('there is an answer', () => connection.received.includes('\r\n\r\n'))
    return statusesIn(connection.received)[0] ?? 0
  } finally {
    connection.socket.destroy()
  }
}

/** Of every answer in `received`. */
export const statusesIn = (received: string): readonly number[] =>
  [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))

type RawPost = {
  readonly path?: string
  /** Whole lines, without their ends; as tenant_a and with a new idempotency key unless given. */
  readonly headers?: readonly string[]
  readonly body: string
  /** What Content-Length says; the length of the body unless given. */
  readonly length?: number
}

/** The text of a POST of a JSON body. */
export function rawPost({
  path = '/events',
  headers,
  body,
  length = body.length,
}: RawPost): string {
  const usual = ['X-API-Key: key_a', `Idempotency-Key: ${crypto.randomUUID()}`]
  const lines = [
    `POST ${path} HTTP/1.1`,
    'Host: x',
    ...(headers ?? usual),
    'Content-Type: application/json',
    `Content-Length: ${length}`,
  ]
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}
