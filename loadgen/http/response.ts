/**
 * Reads one HTTP/1.1 response from the bytes that have come so far (RFC 9112): by Content-Length, in chunks, or until
 * the connection ends. Pure. Answers only what a load generator needs of it; the head is walked once, as bytes.
 * Bounds: 16 KiB of head, 16 MiB in all.
 */
export type Answer = {
  readonly status: number
  /** From `Retry-After` in seconds; dates are not read. */
  readonly retryAfterSeconds: number | undefined
  readonly body: Body
  /** Whether another request may follow on the connection. */
  readonly keepAlive: boolean
}

/** Bytes of what was read: whoever wants them later copies them. */
export type Body = { readonly bytes: Buffer; readonly start: number; readonly end: number }

export const bodyText = ({ bytes, start, end }: Body): string => bytes.toString('utf8', start, end)

export type Read =
  | { readonly kind: 'partial' }
  | { readonly kind: 'malformed'; readonly why: string }
  | { readonly kind: 'answer'; readonly answer: Answer; readonly length: number }

const maxHeadBytes = 16 * 1024
const maxBytes = 16 * 1024 * 1024

/** @param ended whether the server has closed its side, so that no more bytes will come */
export function readResponse(bytes: Buffer, ended: boolean): Read {
  const head = readHead(bytes)
  if (head === undefined)
    return bytes.length > maxHeadBytes ? malformed('its head is too long') : partial
  if (head.status === undefined) return malformed('it does not begin with an HTTP/1.1 status line')
  if (head.status < 200) return afterInterim(bytes, head.end, ended)
  const read = readBody(bytes, head, ended)
  if ('kind' in read) {
    if (read.kind === 'partial' && bytes.length > maxBytes) return malformed('it is too long')
    return read
  }
  const answer = {
    status: head.status,
    retryAfterSeconds: Number.isNaN(head.retryAfter) ? undefined : head.retryAfter,
    body: read.body,
    keepAlive: read.keepAlive && head.connection !== 'close',
  }
  return { kind: 'answer', answer, length: read.length }
}

const partial: Read = { kind: 'partial' }
const malformed = (why: string): Read => ({ kind: 'malformed', why })

/** 100 and 103 announce: the answer itself follows. */
function afterInterim(bytes: Buffer, start: number, ended: boolean): Read {
  const rest = readResponse(bytes.subarray(start), ended)
  return rest.kind === 'answer' ? { ...rest, length: rest.length + start } : rest
}

type Head = {
  /** undefined when the first line is not a status line. */
  readonly status: number | undefined
  /** Where the body begins. */
  end: number
  /** NaN when it is not a whole number. */
  contentLength: number | undefined
  retryAfter: number | undefined
  transferEncoding: string | undefined
  connection: string | undefined
}

/** Undefined while the empty line has not come. */
function readHead(bytes: Buffer): Head | undefined {
  let lineStart = afterLine(bytes, 0)
  if (lineStart === 0) return undefined
  const head: Head = {
    status: statusIn(bytes),
    end: 0,
    contentLength: undefined,
    retryAfter: undefined,
    transferEncoding: undefined,
    connection: undefined,
  }
  while (lineStart < maxHeadBytes) {
    const next = afterLine(bytes, lineStart)
    if (next === 0) return undefined
    head.end = next
    if (next === lineStart + 2) return head
    readField(head, bytes, lineStart, next - 2)
    lineStart = next
  }
  return undefined
}

/** Where the line after the one at `start` begins; 0 when this one has not ended. */
function afterLine(bytes: Buffer, start: number): number {
  for (let at = start + 1; at < bytes.length; at++)
    if (bytes[at] === lineFeed && bytes[at - 1] === carriageReturn) return at + 1
  return 0
}

const lineFeed = 0x0a
const carriageReturn = 0x0d
const space = 0x20
const zero = 0x30

/** Of `HTTP/1.1 202 Accepted`, the 202. */
function statusIn(bytes: Buffer): number | undefined {
  for (let at = 0; at < version.length; at++) if (bytes[at] !== version[at]) return undefined
  if (bytes[8] !== space) return undefined
  const status = wholeNumber(bytes, 9, 12)
  return status >= 100 && status < 600 ? status : undefined
}

const version = Buffer.from('HTTP/1.')

function readField(head: Head, bytes: Buffer, start: number, end: number): void {
  if (isNamed('content-length:', bytes, start))
    head.contentLength = wholeNumber(bytes, start + 15, end)
  else if (isNamed('retry-after:', bytes, start))
    head.retryAfter = wholeNumber(bytes, start + 12, end)
  else if (isNamed('transfer-encoding:', bytes, start))
    head.transferEncoding = lowerCase(bytes, start + 18, end)
  else if (isNamed('connection:', bytes, start)) head.connection = lowerCase(bytes, start + 11, end)
}

/** Whether the field at `start` has this name, in any case. */
function isNamed(name: string, bytes: Buffer, start: number): boolean {
  for (let at = name.length - 1; at >= 0; at--) {
    const byte = bytes[start + at]
    if (byte === undefined || (byte | 0x20) !== name.charCodeAt(at)) return false
  }
  return true
}

/** NaN unless these are one to nine digits, with white space around them. */
function wholeNumber(bytes: Buffer, start: number, end: number): number {
  let [from, to] = [start, end]
  while (from < to && isBlank(bytes[from])) from++
  while (from < to && isBlank(bytes[to - 1])) to--
  if (to === from || to - from > 9) return Number.NaN
  let value = 0
  for (let at = from; at < to; at++) {
    const digit = (bytes[at] ?? 0) - zero
    if (digit < 0 || digit > 9) return Number.NaN
    value = value * 10 + digit
  }
  return value
}

const isBlank = (byte: number | undefined): boolean => byte === space || byte === 0x09

const lowerCase = (bytes: Buffer, start: number, end: number): string =>
  bytes.toString('latin1', start, end).trim().toLowerCase()

type Found = { readonly body: Body; readonly length: number; readonly keepAlive: boolean }

const found = (bytes: Buffer, start: number, end: number): Found => ({
  body: { bytes, start, end },
  length: end,
  keepAlive: true,
})

function readBody(bytes: Buffer, head: Head, ended: boolean): Found | Read {
  const { status, end: start, contentLength, transferEncoding } = head
  if (status === 204 || status === 304) return found(bytes, start, start)
  // Transfer-Encoding overrides Content-Length (RFC 9112, 6.3).
  if (transferEncoding?.endsWith('chunked')) return readChunks(bytes, start)
  if (contentLength === undefined) {
    if (!ended) return partial
    return { ...found(bytes, start, bytes.length), keepAlive: false }
  }
  if (Number.isNaN(contentLength)) return malformed('its Content-Length is not a number')
  const end = start + contentLength
  return bytes.length < end ? partial : found(bytes, start, end)
}

function readChunks(bytes: Buffer, start: number): Found | Read {
  const chunks: Buffer[] = []
  for (let at = start; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd < 0) return partial
    const size = chunkSize(bytes.toString('latin1', at, lineEnd))
    if (size === undefined) return malformed('a chunk has no size')
    at = lineEnd + 2
    if (size === 0) return afterTrailers(bytes, at, chunks)
    if (bytes.length < at + size + 2) return partial
    chunks.push(bytes.subarray(at, at + size))
    at += size + 2
  }
}

const chunkSize = (line: string): number | undefined => {
  const digits = /^([0-9a-f]{1,6})\s*(;.*)?$/i.exec(line)?.[1]
  return digits === undefined ? undefined : Number.parseInt(digits, 16)
}

/** Trailer fields are passed over, up to the empty line. */
function afterTrailers(bytes: Buffer, start: number, chunks: readonly Buffer[]): Found | Read {
  for (let at = start; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd < 0) return partial
    if (lineEnd === at) {
      const body = Buffer.concat(chunks)
      return { ...found(body, 0, body.length), length: at + 2 }
    }
    at = lineEnd + 2
  }
}
