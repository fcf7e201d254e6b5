/**
 * Reads one HTTP/1.1 response from the bytes that have come so far (RFC 9112): by Content-Length, in chunks, or until
 * the connection ends. Pure. Answers only what a load generator needs of it.
 * Bounds: 16 KiB of head, 1 MiB in all.
 */
export type Answer = {
  readonly status: number
  /** From `Retry-After` in seconds; dates are not read. */
  readonly retryAfterSeconds: number | undefined
  readonly body: string
  /** Whether another request may follow on the connection. */
  readonly keepAlive: boolean
}

export type Read =
  | { readonly kind: 'partial' }
  | { readonly kind: 'malformed'; readonly why: string }
  | { readonly kind: 'answer'; readonly answer: Answer; readonly length: number }

const maxHeadBytes = 16 * 1024
const maxBytes = 1024 * 1024

/** @param ended whether the server has closed its side, so that no more bytes will come */
export function readResponse(bytes: Buffer, ended: boolean): Read {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd < 0 || headEnd > maxHeadBytes)
    return bytes.length > maxHeadBytes ? malformed('its head is too long') : partial
  const head = bytes.toString('latin1', 0, headEnd)
  const status = statusIn(head)
  if (status === undefined) return malformed('it does not begin with an HTTP/1.1 status line')
  const bodyStart = headEnd + 4
  if (status < 200) return afterInterim(bytes, bodyStart, ended)
  const fields = head.toLowerCase()
  const framing = { bytes, bodyStart, ended }
  const body = status === 204 || status === 304 ? emptyAt(bodyStart) : readBody(fields, framing)
  if (!('text' in body)) {
    if (body.kind === 'partial' && bytes.length > maxBytes) return malformed('it is too long')
    return body
  }
  const answer = {
    status,
    retryAfterSeconds: wholeNumber(fieldOf(fields, 'retry-after')),
    body: body.text,
    keepAlive: !body.untilClosed && fieldOf(fields, 'connection') !== 'close',
  }
  return { kind: 'answer', answer, length: body.end }
}

type Framing = { readonly bytes: Buffer; readonly bodyStart: number; readonly ended: boolean }
type Body = { readonly text: string; readonly end: number; readonly untilClosed?: boolean }

const partial: Read = { kind: 'partial' }
const malformed = (why: string): Read => ({ kind: 'malformed', why })

function statusIn(head: string): number | undefined {
  const code = head.slice(9, 12)
  return /^HTTP\/1\.[01] /.test(head) && /^[1-5]\d\d$/.test(code) ? Number(code) : undefined
}

/** 100 and 103 announce: the answer itself follows. */
function afterInterim(bytes: Buffer, start: number, ended: boolean): Read {
  const rest = readResponse(bytes.subarray(start), ended)
  return rest.kind === 'answer' ? { ...rest, length: rest.length + start } : rest
}

/** A field's value in a head of lower-case letters. */
function fieldOf(head: string, name: string): string | undefined {
  const at = head.indexOf(`\r\n${name}:`)
  if (at < 0) return undefined
  const end = head.indexOf('\r\n', at + 2)
  return head.slice(at + name.length + 3, end < 0 ? undefined : end).trim()
}

const wholeNumber = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined

const emptyAt = (end: number): Body => ({ text: '', end })

function readBody(head: string, framing: Framing): Body | Read {
  const { bytes, bodyStart, ended } = framing
  // Transfer-Encoding overrides Content-Length (RFC 9112, 6.3).
  if (fieldOf(head, 'transfer-encoding')?.endsWith('chunked')) return readChunks(bytes, bodyStart)
  const declared = fieldOf(head, 'content-length')
  if (declared === undefined) {
    if (!ended) return partial
    return { text: bytes.toString('utf8', bodyStart), end: bytes.length, untilClosed: true }
  }
  const length = wholeNumber(declared)
  if (length === undefined) return malformed('its Content-Length is not a number')
  const end = bodyStart + length
  return bytes.length < end ? partial : { text: bytes.toString('utf8', bodyStart, end), end }
}

function readChunks(bytes: Buffer, start: number): Body | Read {
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
function afterTrailers(bytes: Buffer, start: number, chunks: readonly Buffer[]): Body | Read {
  for (let at = start; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd < 0) return partial
    if (lineEnd === at) return { text: Buffer.concat(chunks).toString('utf8'), end: at + 2 }
    at = lineEnd + 2
  }
}
