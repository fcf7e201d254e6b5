import type { Exchange } from './server.ts'

/** What is read and thrown away of a body that is too large, so that its sender comes to read the answer. */
const mostDiscarded = 32 * 1024 * 1024

/**
 * Reads a request's body up to a limit in bytes. `too-large` when it is longer, once it has been read to its end or
 * there is too much of it; `gone` when the client went away first.
 */
export function readBody(
  exchange: Exchange,
  limit: number,
): Promise<Buffer | 'too-large' | 'gone'> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let bytes = 0
    exchange.onGone = () => resolve('gone')
    exchange.response.onData((chunk, isLast) => {
      bytes += chunk.byteLength
      if (bytes > limit) {
        chunks.length = 0
        if (isLast || bytes > limit + mostDiscarded) resolve('too-large')
        return
      }
      // The chunk's memory is the server's again when this returns: copy it.
      chunks.push(Buffer.from(new Uint8Array(chunk)))
      if (isLast) resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks))
    })
  })
}
