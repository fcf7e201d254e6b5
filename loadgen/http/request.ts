/**
 * Writes requests, one after another into one buffer: the body first, then its head in front of it, so that each is
 * written once whatever the body's length. Pure but for the buffer, which grows to the largest request.
 */
import { digitsOf, fill, makeTemplate, type Template, writeDigits } from '../digits.ts'
import type { Request } from './connections.ts'

export type Target = { readonly host: string; readonly port: number; readonly path: string }

/** Writes into the buffer at `at`, and returns where it ended. */
type Write<T> = (what: T, into: Buffer, at: number) => number

export type RequestWriter = {
  /** Begins a request: the one before is no longer needed. */
  begin(): void
  /** Adds to the body. */
  text(text: string): void
  /** Adds what `write` puts of `what` into the buffer, at most so many bytes. */
  put<T>(write: Write<T>, what: T, most: number): void
  /** Ends the request: puts its head in front of the body, with `number` where the head has one. */
  end(head: Head, number: number): Request
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
    text(text) {
      if (text === '') return
      makeRoom(headRoom, text.length * mostBytesACharacter)
      end += buffer.write(text, end)
    },
    put(write, what, most) {
      makeRoom(headRoom, most)
      end = write(what, buffer, end)
    },
    end(head, number) {
      const length = end - start
      const width = digitsOf(length)
      const size = head.bytes.length + width + emptyLine.length
      makeRoom(size, 0)
      const headStart = start - size
      const lengthEnd = fill(head, [number], buffer, headStart) + width
      writeDigits(buffer, lengthEnd, width, length)
      buffer.set(emptyLine, lengthEnd)
      return { bytes: buffer, start: headStart, end }
    },
  }
}

const emptyLine = Buffer.from('\r\n\r\n')

/** A head as far as the value of Content-Length, which is its last field. */
export type Head = Template

export type Headers = {
  readonly apiKey: string
  readonly contentType: string
  /** What keys begin with, before a number of so many digits; undefined leaves the header out. */
  readonly key: { readonly prefix: string; readonly digits: number } | undefined
}

export function headOf({ host, port, path }: Target, { apiKey, contentType, key }: Headers): Head {
  const keyField = key && `Idempotency-Key: ${key.prefix}${mark.repeat(key.digits)}\r\n`
  return makeTemplate(
    `POST ${path} HTTP/1.1\r\nHost: ${host}:${port}\r\nX-API-Key: ${apiKey}\r\n${keyField ?? ''}` +
      `Content-Type: ${contentType}\r\nContent-Length: `,
    mark,
  )
}

/** No header can contain it. */
const mark = '\0'
