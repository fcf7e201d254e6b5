import { expect, test } from 'bun:test'
import { readBatchHeaders } from './batch-headers.ts'

const read = (headers: Readonly<Record<string, string>>) =>
  readBatchHeaders({ getHeader: (name) => headers[name] ?? '' })

test.each([
  ['application/json', '', { format: 'array', encoding: 'identity' }],
  ['application/x-ndjson', 'gzip', { format: 'lines', encoding: 'gzip' }],
  ['application/json', 'br', { format: 'array', encoding: 'br' }],
] as const)('a body of %p in %p is taken', (type, encoding, expected) => {
  const headers = { 'content-type': type, 'content-encoding': encoding }
  expect(read(headers)).toEqual({ refusal: undefined, orderingKey: '', ...expected })
})

test('an ordering key is for all events of the batch', () => {
  const headers = { 'content-type': 'application/json', 'ordering-key': 'user-7' }
  expect(read(headers)).toMatchObject({ refusal: undefined, orderingKey: 'user-7' })
})

test.each([
  [{}, 'UNSUPPORTED_MEDIA_TYPE', 'application/x-ndjson'],
  [{ 'content-type': 'text/csv' }, 'UNSUPPORTED_MEDIA_TYPE', 'application/json'],
  [{ 'content-encoding': 'compress' }, 'UNSUPPORTED_CONTENT_ENCODING', 'gzip, deflate'],
  [{ 'content-encoding': 'gzip, br' }, 'UNSUPPORTED_CONTENT_ENCODING', 'gzip, deflate'],
  [{ 'idempotency-key': 'k' }, 'IDEMPOTENCY_KEY_INVALID', 'idempotency_key or event_id'],
  [{ 'ordering-key': 'ä' }, 'ORDERING_KEY_INVALID', undefined],
] as const)('%j is refused as %s', (given: Record<string, string>, code, words) => {
  const type = Object.keys(given).some((name) => name !== 'content-type') ? 'application/json' : ''
  const { refusal } = read({ 'content-type': type, ...given })
  expect(refusal?.code).toBe(code)
  if (words !== undefined) expect(refusal?.message).toContain(words)
})
