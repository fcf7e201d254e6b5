import { expect, test } from 'bun:test'
import { aDeadLetter } from './builders.ts'
import { mirrorEntry } from './mirror-entry.ts'

const entry = (given: Parameters<typeof aDeadLetter>[0] = {}) =>
  JSON.parse(mirrorEntry(aDeadLetter(given)))

test('has the fields of seed 003, and no other', () => {
  expect(entry()).toEqual({
    eventId: 'evt_1',
    originalData: '{"a":1}',
    error: 'VALIDATION_FAILED: missing payload',
    timestamp: '2026-01-02T20:00:00.000Z',
    retryCount: 0,
  })
})

test('an event without an id has an empty one, a second attempt is one retry', () => {
  expect(entry({ eventId: null, attempts: 2 })).toMatchObject({ eventId: '', retryCount: 1 })
})

test.each([
  ['text', Buffer.from('{"invalid": "json'), '{"invalid": "json'],
  ['bytes', Buffer.from([0xff, 0x00]), '/wA='],
  ['nothing', Buffer.alloc(0), ''],
])('an original of %s is a string', (_, original, originalData) => {
  expect(entry({ original })).toMatchObject({ originalData })
})

test('a long original is cut, and says how long it was', () => {
  const original = Buffer.from(`x${'🙂'.repeat(10_000)}`)
  const { originalData, originalBytes } = entry({ original })
  expect(originalData.length).toBe(16_384)
  expect(originalData.isWellFormed()).toBe(true)
  expect(originalBytes).toBe(40_001)
  const bytes = entry({ original: Buffer.alloc(1_000_000, 0xff) })
  expect([bytes.originalData.length, bytes.originalBytes]).toEqual([16_384, 1_000_000])
  expect(entry({ original: Buffer.alloc(16_384, 'x') }).originalBytes).toBeUndefined()
})
