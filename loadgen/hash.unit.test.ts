import { expect, test } from 'bun:test'
import { hashOf } from './hash.ts'

test('it is the hash that the runtime gives of the same bytes, whatever their number and place', () => {
  const bytes = Buffer.from('{"event_id":"evt_1","note":"Grüße 日本 🙂","n":[-1.5e3]}\0\xff\x80')
  for (let start = 0; start < 9; start++)
    for (let end = start; end <= bytes.length; end++)
      expect(hashOf(bytes, start, end)).toBe(Bun.hash.murmur32v3(bytes.subarray(start, end)))
})

test('it is that of the reference', () => {
  const text = Buffer.from('The quick brown fox jumps over the lazy dog')
  expect(hashOf(text, 0, text.length)).toBe(0x2e4ff723)
})
