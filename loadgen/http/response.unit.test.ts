import { describe, expect, test } from 'bun:test'
import { bodyText, readResponse } from './response.ts'

const read = (text: string, ended = false) => readResponse(Buffer.from(text), ended)
const withLength = (body: string, fields = '') =>
  `HTTP/1.1 202 Accepted\r\nX-Request-Id: r\r\n${fields}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
const inChunks =
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{"a"\r\n6;x=1\r\n:"é"}\r\n0\r\nTrailer: t\r\n\r\n'

const answers: [name: string, text: string, status: number, body: string][] = [
  ['with a length', withLength('{"é":1}'), 202, '{"é":1}'],
  ['with an empty body', withLength(''), 202, ''],
  ['in chunks with trailers', inChunks, 200, '{"a":"é"}'],
  ['after an interim one', `HTTP/1.1 100 Continue\r\n\r\n${withLength('ok')}`, 202, 'ok'],
  ['that can have no body', 'HTTP/1.1 204 No Content\r\n\r\n', 204, ''],
]

describe.each(answers)('a response %s', (_, text, status, body) => {
  test('is read whole', () => {
    const found = read(text)
    expect(found).toMatchObject({ kind: 'answer', length: Buffer.byteLength(text) })
    expect(found).toMatchObject({ answer: { status, keepAlive: true } })
    expect(found.kind === 'answer' && bodyText(found.answer.body)).toBe(body)
  })

  test('is partial at every byte before its end', () => {
    const bytes = Buffer.from(text)
    for (let end = 0; end < bytes.length; end++)
      expect(readResponse(bytes.subarray(0, end), false).kind).toBe('partial')
  })

  test('leaves what follows it', () => {
    expect(read(`${text}HTTP/1.1 5`)).toMatchObject({ length: Buffer.byteLength(text) })
  })
})

test('without a length it ends with the connection, which then takes no other request', () => {
  const text = 'HTTP/1.1 500 Oops\r\n\r\nhalf a page'
  expect(read(text).kind).toBe('partial')
  const found = read(text, true)
  expect(found).toMatchObject({ answer: { status: 500, keepAlive: false } })
  expect(found.kind === 'answer' && bodyText(found.answer.body)).toBe('half a page')
})

test('names of fields are read in any case, Retry-After in seconds', () => {
  const answer = (field: string) => {
    const found = read(withLength('', `${field}\r\n`))
    return found.kind === 'answer' ? found.answer : undefined
  }
  expect(answer('RETRY-AFTER:  17')?.retryAfterSeconds).toBe(17)
  expect(answer('Retry-After: Wed, 21 Oct 2026 07:28:00 GMT')?.retryAfterSeconds).toBeUndefined()
  expect(answer('Connection: Close')?.keepAlive).toBe(false)
})

test('what is not HTTP is malformed, and so is what never ends', () => {
  expect(read('SSH-2.0-OpenSSH\r\n\r\n').kind).toBe('malformed')
  expect(read('HTTP/1.1 2x2 Hm\r\n\r\n').kind).toBe('malformed')
  expect(read('x'.repeat(20_000)).kind).toBe('malformed')
  expect(read('HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n').kind).toBe('malformed')
  expect(read('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n').kind).toBe('malformed')
  const long = `HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n${'x'.repeat(17_000_000)}`
  expect(read(long).kind).toBe('malformed')
})
