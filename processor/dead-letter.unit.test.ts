import { describe, expect, test } from 'bun:test'
import { memberBytes } from '../contracts/json-bytes.ts'
import { aDeadLetter } from './builders.ts'
import { type DeadLetter, deadLetterValue, groupsOf, originalAsJson } from './dead-letter.ts'

const published = (given: Partial<DeadLetter> = {}): unknown =>
  JSON.parse(deadLetterValue(aDeadLetter(given)).toString())

test('a dead letter is its time, its reason and the record', () => {
  expect(published()).toEqual({
    failed_at: '2026-01-02T20:00:00.000Z',
    reason: 'VALIDATION_FAILED: missing payload',
    original: { a: 1 },
  })
})

test.each(['"quoted"', 'a\nb', '\\', '日本 🙂', '","original":1,"x":"'])(
  'the sentence %p comes through',
  (sentence) => {
    expect(published({ sentence })).toMatchObject({
      reason: `VALIDATION_FAILED: ${sentence}`,
      original: { a: 1 },
    })
  },
)

describe('the original', () => {
  test.each([
    '{"a": 1.0, "b":12345678901234567890}',
    ' [1,\n2] ',
    'null',
    '"x"',
    '{"a":1,"a":2}',
    '{"a":"\\u0000\\ud83d"}',
  ])('%p is JSON and stays byte for byte', (text) => {
    const value = deadLetterValue(aDeadLetter({ original: Buffer.from(text) }))
    expect(Buffer.from(memberBytes(value, 'original') ?? []).toString()).toBe(text)
  })

  test.each(['', ' ', 'hello', '{', '{"a":1,}', '{} {}', '\ufeff{}', 'a\0b\n"', '// x', '\\'])(
    '%p is text and becomes a string',
    (text) => {
      expect(published({ original: Buffer.from(text) })).toMatchObject({ original: text })
    },
  )

  test('that is neither becomes base64', () => {
    const bytes = Buffer.from([0x7b, 0xff, 0x00, 0x7d])
    expect(published({ original: bytes })).toMatchObject({ original: { base64: 'e/8AfQ==' } })
  })

  test.each([
    ['text', Buffer.alloc(1024 * 1024, 'x'), 1024 * 1024],
    ['text of control characters', Buffer.alloc(1024 * 1024, 1), 1024 * 1024],
    ['bytes', Buffer.alloc(1024 * 1024, 0xff), undefined],
  ])('of 1 MiB of %s is whole, and fits a message of 8 MiB', (_, original, length) => {
    const json = originalAsJson(original)
    expect(json.length).toBeLessThan(8 * 1024 * 1024)
    const value = JSON.parse(json.toString()) as string & { base64?: string }
    expect(value.base64 === undefined ? value.length : undefined).toBe(length)
    if (value.base64 !== undefined)
      expect(Buffer.from(value.base64, 'base64').equals(original)).toBe(true)
  })

  test('nested 100,000 deep is published, as JSON or as text', () => {
    const text = '['.repeat(100_000) + ']'.repeat(100_000)
    expect([text, JSON.stringify(text)]).toContain(originalAsJson(Buffer.from(text)).toString())
  })
})

test.each([
  ['fits as it reads', 8, JSON.stringify(String.fromCharCode(1))],
  ['fits only as base64', 50, { base64: Buffer.alloc(20, 1).toString('base64') }],
  ['fits in no form', 10, { too_large: { bytes: 20, sha256: expect.any(String) } }],
])('an original that %s is told so', (_, most, expected) => {
  const original = Buffer.alloc(most === 8 ? 1 : 20, 1)
  const read = originalAsJson(original, most).toString()
  expect(typeof expected === 'string' ? read : JSON.parse(read)).toEqual(expected)
})

test.each([
  [[], []],
  [[1, 2, 3], [[1, 2, 3]]],
  [
    [5, 5, 1],
    [[5, 5], [1]],
  ],
  [
    [20, 1, 20, 30],
    [[20], [1], [20], [30]],
  ],
])('sizes %j are sent as %j when ten are the most', (sizes, groups) => {
  expect(groupsOf(sizes, (size) => size, 10)).toEqual(groups)
})
