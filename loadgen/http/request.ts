/**
 * Writes requests, one after another into one buffer: the body first, then its head in front of it, so that each is
 * written once whatever the body's length. Pure but for the buffer, which grows to the largest request.
 */
import type { Request } from './connections.ts'

export type Target = { readonly host: string; readonly port: number; readonly path: string }

export type RequestWriter = {
  /** Begins a request: the one before is no longer needed. */
  begin(): void
  /** Adds to the body. */
  body(text: string): void
  /** Ends the request with a head that lacks only Content-Length and the empty line. */
  end(head: string): Request
}

const firstSize = 64 * 1024
const headRoom = 4 * 1024
const mostBytesACharacter = 3

export function makeRequestWriter(): RequestWriter {
  let buffer = Buffer.allocUnsafe(firstSize)
  let start = headRoom
  let end = headRoom

  /** Keeps the body, with so many bytes free before and behind it. */
  const makeRoom = (before: number, behind: number): void => {
    if (before <= start && end + behind <= buffer.length) return
    const length = end - start
    const larger = Buffer.allocUnsafe(Math.max(2 * buffer.length, before + length + behind))
    buffer.copy(larger, before, start, end)
    buffer = larger
    start = before
    end = before + length
  }

  return {
    begin() {
      start = headRoom
      end = headRoom
    },
    body(text) {
      if (text === '') return
      makeRoom(headRoom, text.length * mostBytesACharacter)
      end += buffer.write(text, end)
    },
    end(head) {
      const whole = `${head}Content-Length: ${end - start}\r\n\r\n`
      makeRoom(whole.length, 0)
      const headStart = start - whole.length
      buffer.write(whole, headStart, 'latin1')
      return { bytes: buffer, start: headStart, end }
    },
  }
}

export type Headers = {
  readonly apiKey: string
  readonly contentType: string
}

/** The head of a `POST` up to the fields that differ from request to request. */
export const headOf = ({ host, port, path }: Target, { apiKey, contentType }: Headers): string =>
  `POST ${path} HTTP/1.1\r\nHost: ${host}:${port}\r\nX-API-Key: ${apiKey}\r\nContent-Type: ${contentType}\r\n`
