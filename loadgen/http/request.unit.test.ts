import { expect, test } from 'bun:test'
import { type Head, headOf, makeRequestWriter } from './request.ts'

const target = { host: 'h', port: 80, path: '/events' }
const headers = { apiKey: 'k#', contentType: 'application/json', key: undefined }
const head = headOf(target, headers)

function written(writer: ReturnType<typeof makeRequestWriter>, head: Head, ...texts: string[]) {
  writer.begin()
  for (const text of texts) writer.text(text)
  const { bytes, start, end } = writer.end(head, 7)
  return bytes.toString('utf8', start, end)
}

test('a request is its head, the length of its body in bytes, and the body', () => {
  expect(written(makeRequestWriter(), head, '["é",', '', '1]')).toBe(
    'POST /events HTTP/1.1\r\nHost: h:80\r\nX-API-Key: k#\r\nContent-Type: application/json\r\n' +
      'Content-Length: 8\r\n\r\n["é",1]',
  )
})

test('a key ends with the number of the event', () => {
  const keyed = headOf(target, { ...headers, key: { prefix: 'load-', digits: 4 } })
  expect(written(makeRequestWriter(), keyed)).toContain('\r\nIdempotency-Key: load-0007\r\n')
})

test('it may have no body, and says so', () => {
  expect(written(makeRequestWriter(), head)).toEndWith('Content-Length: 0\r\n\r\n')
})

test('one request after another is whole, however large its body or its head', () => {
  const writer = makeRequestWriter()
  for (const length of [10, 1_000_000, 100, 3_000_000, 0]) {
    const body = '🙂'.repeat(length)
    const long = headOf({ ...target, path: `/${'x'.repeat(length % 9_000)}` }, headers)
    const whole = `${long.bytes}${4 * length}\r\n\r\n${body}`
    expect(written(writer, long, body) === whole).toBe(true)
  }
})
