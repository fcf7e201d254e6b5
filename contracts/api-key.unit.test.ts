import { expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import { apiKeyBytes, apiKeyFrom, apiKeyId, hashOfApiKey } from './api-key.ts'

const random = () => crypto.getRandomValues(new Uint8Array(apiKeyBytes))

test('a key has a prefix that scanners find, and at least 160 random bits', () => {
  expect(apiKeyBytes * 8).toBeGreaterThanOrEqual(160)
  for (let i = 0; i < 100; i++) expect(apiKeyFrom(random())).toMatch(/^pulse_[a-z2-7]{40}$/)
})

test.each([
  [0x00, 'a'],
  [0xff, '7'],
])('bytes of %p are all %p', (byte, character) => {
  expect(apiKeyFrom(new Uint8Array(apiKeyBytes).fill(byte))).toBe(`pulse_${character.repeat(40)}`)
})

test('every bit counts', () => {
  const bytes = random()
  const keys = Array.from({ length: apiKeyBytes * 8 }, (_, bit) => {
    const other = bytes.slice()
    other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    return apiKeyFrom(other)
  })
  expect(new Set([apiKeyFrom(bytes), ...keys]).size).toBe(apiKeyBytes * 8 + 1)
})

test('is not made of fewer bytes', () => {
  expect(() => apiKeyFrom(new Uint8Array(20))).toThrow('25 bytes')
})

test('its hash is SHA-256, and its id a part of that', () => {
  const key = apiKeyFrom(random())
  expect(hashOfApiKey(key)).toBe(createHash('sha256').update(key).digest('hex'))
  expect(hashOfApiKey(key)).toStartWith(apiKeyId(hashOfApiKey(key)))
})
