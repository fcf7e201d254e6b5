import { describe, expect, test } from 'bun:test'
import zlib from 'node:zlib'
import { seeded } from '../contracts/seeded.ts'
import { byteByByte, inChunks } from './batch/builders.ts'
import { type Encoding, encodingOf, encodings, startDecoder } from './content-encoding.ts'

const encode: Record<Encoding, (bytes: Uint8Array) => Buffer> = {
  gzip: (bytes) => zlib.gzipSync(bytes),
  deflate: (bytes) => zlib.deflateSync(bytes),
  br: (bytes) =>
    zlib.brotliCompressSync(bytes, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } }),
  zstd: (bytes) => zlib.zstdCompressSync(bytes),
}

function decode(encoding: Encoding, chunks: readonly Buffer[]) {
  return new Promise<{ as: 'whole' | 'invalid'; text: string }>((resolve) => {
    const parts: Buffer[] = []
    const decoder = startDecoder(encoding, {
      part: (bytes) => parts.push(bytes),
      decoded: (as) => resolve({ as, text: Buffer.concat(parts).toString() }),
    })
    for (const chunk of chunks) decoder.write(chunk)
    decoder.end()
  })
}

const text = JSON.stringify(Array.from({ length: 3000 }, (_, i) => ({ event_id: `evt_${i}`, i })))

describe.each([...encodings])('%s', (encoding) => {
  const body = encode[encoding](Buffer.from(text))

  test('gives the bytes that were encoded, wherever its chunks end', async () => {
    const random = seeded(1)
    for (let i = 0; i < 20; i++)
      expect(await decode(encoding, inChunks(body, random))).toEqual({ as: 'whole', text })
  })

  test('of nothing gives nothing', async () => {
    const empty = encode[encoding](Buffer.alloc(0))
    expect(await decode(encoding, byteByByte(empty))).toEqual({ as: 'whole', text: '' })
  })

  const bad: [string, Buffer][] = [
    ['nothing at all', Buffer.alloc(0)],
    ['something else', Buffer.from('{"event_id":"evt_1"}')],
    ['its first byte alone', body.subarray(0, 1)],
    ['all but its last byte', body.subarray(0, -1)],
    ['its first half', body.subarray(0, body.length >> 1)],
    ['text behind its end', Buffer.concat([body, Buffer.from('{"a":1}')])],
    ['zeros behind its end', Buffer.concat([body, Buffer.alloc(8)])],
  ]
  test.each(bad)('of %s is invalid, in one chunk and in many', async (_, bytes) => {
    const random = seeded(2)
    expect((await decode(encoding, [bytes])).as).toBe('invalid')
    for (let i = 0; i < 5; i++)
      expect((await decode(encoding, inChunks(bytes, random))).as).toBe('invalid')
  })

  test('of a bomb no more is decoded than its taker allows', async () => {
    const bomb = encode[encoding](Buffer.alloc(64 * 1024 * 1024))
    expect(bomb.length).toBeLessThan(100_000)
    let taken = 0
    await new Promise<void>((resolve) => {
      const decoder = startDecoder(encoding, {
        part(part) {
          taken += part.length
          if (taken < 1_000_000) return
          decoder.stop()
          resolve()
        },
        decoded: () => resolve(),
      })
      decoder.write(bomb)
      decoder.end()
    })
    // What is decoded next is behind all that the stopped one could still have given.
    await decode(encoding, [body])
    expect(taken).toBeGreaterThan(999_999)
    expect(taken).toBeLessThan(1_000_000 + 65_536)
  })
})

test.each(['gzip', 'deflate'] as const)(
  '%s with a wrong byte in it is invalid',
  async (encoding) => {
    const body = encode[encoding](Buffer.from(text))
    body[body.length >> 1] = (body[body.length >> 1] ?? 0) ^ 0xff
    expect((await decode(encoding, [body])).as).toBe('invalid')
  },
)

test('gzip may come in several members, one behind the other', async () => {
  const members = ['[1', ',2]'].map((part) => encode.gzip(Buffer.from(part)))
  expect(await decode('gzip', [Buffer.concat(members)])).toEqual({ as: 'whole', text: '[1,2]' })
})

test.each([
  ['', 'identity'],
  ['identity', 'identity'],
  ['Identity', 'identity'],
  ['gzip', 'gzip'],
  [' GZIP ', 'gzip'],
  ['x-gzip', 'gzip'],
  ['deflate', 'deflate'],
  ['br', 'br'],
  ['compress', undefined],
  ['gzip, br', undefined],
  ['identity, gzip', undefined],
  ['gzip;q=1', undefined],
  ['constructor', undefined],
])('%p names %p', (header, encoding) => {
  expect(encodingOf(header) as string | undefined).toBe(encoding)
})
