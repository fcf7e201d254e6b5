import { describe, expect, test } from 'bun:test'
import { refusedMediaType } from './media-type.ts'

const json = 'application/json'

describe('content type', () => {
  test.each([
    'application/json',
    'Application/JSON',
    'application/json;charset=utf-8',
    'application/json; charset=utf-8',
    'application/json ; charset="UTF-8"',
    'application/json;',
    'application/json ',
  ])('%p is JSON', (contentType) => {
    expect(refusedMediaType(contentType, '')).toBeUndefined()
  })

  test.each([
    '',
    'json',
    'text/plain',
    'text/json',
    'application/jsonp',
    'application/x-ndjson',
    'application/json, text/plain',
    'text/plain; application/json',
    'application/json; charset=utf-16',
    'application/json; charset=iso-8859-1',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
  ])('%p is refused', (contentType) => {
    expect(refusedMediaType(contentType, '')?.code).toBe('UNSUPPORTED_MEDIA_TYPE')
  })
})

test.each(['', 'identity', 'Identity'])('content encoding %p is taken', (contentEncoding) => {
  expect(refusedMediaType(json, contentEncoding)).toBeUndefined()
})

test.each(['gzip', 'br', 'deflate', 'identity, gzip'])(
  'content encoding %p is refused',
  (given) => {
    expect(refusedMediaType(json, given)?.code).toBe('UNSUPPORTED_MEDIA_TYPE')
  },
)
