import type { Budget } from './budget.ts'
import type { Exchange } from './server.ts'

/** What is read and thrown away of a body that is too large, so that its sender comes to read the answer. */
const mostDiscarded = 32 * 1024 * 1024

/**
 * Reads a request's body up to a limit in bytes: `too-large` when it is longer, once it has been read to its end or
 * there is too much of it; `no-room` when what came does not fit the budget. Nothing is called when the client goes
 * away first.
 */
export function readBody(
  exchange: Exchange,
  limit: number,
  budget: Budget,
  done: (body: Buffer | 'too-large' | 'no-room') => void,
): void {
  let chunks: Buffer[] = []
  let bytes = 0
  let held = 0
  let ended = false

  const end = (body: Buffer | 'too-large' | 'no-room') => {
    if (ended) return
    forget()
    ended = true
    done(body)
  }
  const forget = () => {
    budget.give(0, held)
    held = 0
    chunks = []
  }

  exchange.onBody((chunk, isLast) => {
    if (ended) return
    bytes += chunk.byteLength
    if (bytes > limit) {
      forget()
      if (isLast || bytes > limit + mostDiscarded) end('too-large')
      return
    }
    // The chunk's memory is the server's again when this returns: copy it.
    const copy = Buffer.from(new Uint8Array(chunk))
    if (isLast) return end(chunks.length === 0 ? copy : Buffer.concat([...chunks, copy]))
    if (!budget.take(0, copy.length)) return end('no-room')
    held += copy.length
    chunks.push(copy)
    exchange.onGone(forget)
  })
}
