/**
 * Takes a body out of its Content-Encoding (RFC 9110 section 8.4.1) as it arrives, on the threads of Node's zlib.
 * Promises: `whole` only for one complete stream with nothing behind it. Refuses to decide how much is too much: who
 * takes the parts stops it. Bounded by 64 KiB a part, what was written and not yet decoded, and the window of the
 * encoding (gzip and deflate 32 KiB, br 16 MiB, zstd 8 MiB as RFC 9659 has it).
 */
import zlib from 'node:zlib'
import { ZstdFrame } from './zstd-frame.ts'

export type Encoding = 'gzip' | 'deflate' | 'br' | 'zstd'

/** What this runtime decodes: Node has zstd from 22.15 and 23.8 on. */
export const encodings: readonly Encoding[] =
  typeof zlib.createZstdDecompress === 'function'
    ? ['gzip', 'deflate', 'br', 'zstd']
    : ['gzip', 'deflate', 'br']

/** The encoding that a `Content-Encoding` header names; undefined when it is none, or more than one. */
export function encodingOf(header: string): Encoding | 'identity' | undefined {
  if (header === '') return 'identity'
  const name = header.trim().toLowerCase()
  if (name === 'identity') return 'identity'
  if (name === 'x-gzip') return 'gzip'
  return encodings.find((encoding) => encoding === name)
}

/** The sentence for a client whose encoding is none of them. */
export const encodingsWanted = `Content-Encoding may be ${encodings.slice(0, -1).join(', ')} or ${encodings.at(-1)}`

export type DecodedSink = {
  /** The next decoded bytes, which are the sink's from now on. */
  part(bytes: Buffer): void
  /** Called once, last: the body was one whole stream, or was not. */
  decoded(as: 'whole' | 'invalid'): void
}

export type Decoder = {
  /** Takes the next encoded bytes, which must not change afterwards. */
  write(chunk: Buffer): void
  end(): void
  /** Nothing more is decoded, and the sink is not called again. */
  stop(): void
}

export function startDecoder(encoding: Encoding, sink: DecodedSink): Decoder {
  const stream = decoders[encoding]()
  const frame = encoding === 'zstd' ? new ZstdFrame() : undefined
  let given = 0
  let ended = false

  const end = (as: 'whole' | 'invalid') => {
    if (ended) return
    ended = true
    stream.destroy()
    sink.decoded(as)
  }
  stream.on('data', (part: Buffer) => {
    if (!ended) sink.part(part)
  })
  stream.on('error', () => end('invalid'))
  stream.on('end', () => {
    // What the decoder left untouched stands behind the stream: only gzip complains of it.
    const all = stream.bytesWritten === given && frame?.whole() !== false
    end(all ? 'whole' : 'invalid')
  })
  return {
    write(chunk) {
      given += chunk.length
      frame?.write(chunk)
      if (!ended) stream.write(chunk)
    },
    end() {
      if (!ended) stream.end()
    },
    stop() {
      ended = true
      stream.destroy()
    },
  }
}

/** Node's 16 KiB take five times as long: each part is a way to another thread and back. */
const chunkSize = 65_536
const largestZstdWindow = 23

const decoders = {
  gzip: () => zlib.createGunzip({ chunkSize }),
  deflate: () => zlib.createInflate({ chunkSize }),
  br: () => zlib.createBrotliDecompress({ chunkSize }),
  zstd: () =>
    zlib.createZstdDecompress({
      chunkSize,
      params: { [zlib.constants.ZSTD_d_windowLogMax]: largestZstdWindow },
    }),
} as const
