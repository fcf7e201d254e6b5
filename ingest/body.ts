import type { Exchange } from './server.ts'

/**
 * Reads a request's body up to a limit in bytes. `too-large` as soon as that is known, by Content-Length or by count;
 * `gone` when the client went away first.
 */
export function readBody(
  exchange: Exchange,
  contentLength: string,
  limit: number,
): Promise<Buffer | 'too-large' | 'gone'> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let bytes = 0
    exchange.onGone = () => resolve('gone')
    if (Number(contentLength) > limit) {
      resolve('too-large')
      return
    }
    exchange.response.onData((chunk, isLast) => {
      bytes += chunk.byteLength
      if (bytes > limit) {
        chunks.length = 0
        resolve('too-large')
        return
      }
      // The chunk's memory is the server's again when this returns: copy it.
      chunks.push(Buffer.from(new Uint8Array(chunk)))
      if (isLast) resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks))
    })
  })
}
