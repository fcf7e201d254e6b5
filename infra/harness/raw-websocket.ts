/** WebSocket by hand (RFC 6455), for what no client would do: not to read, or to send what is no frame. */
import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { until } from './until.ts'

export type RawWebSocket = {
  readonly socket: Socket
  /** What came so far, as bytes of Latin-1. */
  readonly received: () => string
}

/** Opens one at `/stream` as that key's tenant; nothing is read until the socket is resumed. */
export async function openRawWebSocket(url: string, apiKey = 'key_a'): Promise<RawWebSocket> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname).setEncoding('latin1')
  let received = ''
  socket.on('data', (more) => {
    received += more
  })
  socket.on('error', () => {})
  const headers = [
    'GET /stream HTTP/1.1',
    'Host: x',
    ...['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'],
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    `X-API-Key: ${apiKey}`,
  ]
  socket.write(`${headers.join('\r\n')}\r\n\r\n`)
  await until('the stream is open', () => received.includes('"type":"open"'))
  socket.pause()
  return { socket, received: () => received }
}

export const textFrame = (text: string): Buffer => frame(0x1, Buffer.from(text))

/** One whole message, masked as a client's has to be. */
export function frame(opcode: number, payload: Buffer): Buffer {
  const mask = randomBytes(4)
  const masked = Buffer.from(payload.map((byte, at) => byte ^ (mask[at % 4] ?? 0)))
  return Buffer.concat([Buffer.from([0x80 | opcode]), lengthOf(payload.length), mask, masked])
}

function lengthOf(length: number): Buffer {
  if (length < 126) return Buffer.from([0x80 | length])
  const extended = Buffer.alloc(length < 65_536 ? 3 : 9)
  extended[0] = 0x80 | (length < 65_536 ? 126 : 127)
  if (length < 65_536) extended.writeUInt16BE(length, 1)
  else extended.writeBigUInt64BE(BigInt(length), 1)
  return extended
}
