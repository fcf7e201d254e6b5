import { describe, expect, test } from 'bun:test'
import { readOriginal } from './original.ts'

const smile = Buffer.from('🙂')

test.each(['{"a":1.0}', ' [1] ', 'null', '"x"', '{"a":"\\u0000"}'])('%p is JSON', (text) => {
  expect(readOriginal(Buffer.from(text))).toEqual({ kind: 'json', text })
})

test.each(['', ' ', 'hello', '{', '{} {}', '\ufeff{}', 'a\0b', '日本 🙂'])(
  '%p is text, whole, with its byte order mark',
  (text) => {
    expect(readOriginal(Buffer.from(text))).toEqual({ kind: 'text', text })
  },
)

test.each([
  ['a byte that is never UTF-8', [0x7b, 0xff, 0x7d]],
  ['a character cut in two at the end', [0x61, ...smile.subarray(0, 3)]],
  ['a surrogate in three bytes', [0xed, 0xa0, 0xbd]],
  ['U+0000 in two bytes', [0xc0, 0x80]],
])('%s makes bytes', (_, given) => {
  const bytes = Buffer.from(given)
  expect(readOriginal(bytes)).toEqual({ kind: 'bytes', base64: bytes.toString('base64') })
})

describe('a part', () => {
  test.each(['{}', '1', 'hello', ''])('%p is text, never JSON', (text) => {
    expect(readOriginal(Buffer.from(text), true)).toEqual({ kind: 'text', text })
  })

  test.each([1, 2, 3])('leaves out a character of which it has %p bytes of 4', (count) => {
    const bytes = Buffer.concat([Buffer.from('a'), smile.subarray(0, count)])
    expect(readOriginal(bytes, true)).toEqual({ kind: 'text', text: 'a' })
  })

  test('that is not UTF-8 before its end is bytes', () => {
    expect(readOriginal(Buffer.from([0xff, 0x61]), true)).toEqual({ kind: 'bytes', base64: '/2E=' })
  })
})

test('reading a part leaves nothing behind for the next one', () => {
  readOriginal(smile.subarray(0, 2), true)
  expect(readOriginal(Buffer.from('a'))).toEqual({ kind: 'text', text: 'a' })
})
