import { describe, expect, test } from 'bun:test'
import { below, jsonTokens, oneOf } from '../../contracts/builders.ts'
import { seeded } from '../../contracts/seeded.ts'
import { byteByByte, generous, inChunks, inWords, splitAll } from './builders.ts'
import { splitLines } from './split-lines.ts'

const tooLarge = 'PAYLOAD_TOO_LARGE'
const wordsOf = (text: string, limits = generous) =>
  inWords(splitAll(splitLines(limits), [Buffer.from(text)]))

test('lines give the events that were written, wherever chunks end, for 3000 generated bodies', () => {
  const random = seeded(1)
  const ends = ['\n', '\r\n', ' \n', '\n\n', '\r\n \t\r\n'] as const
  for (let i = 0; i < 3000; i++) {
    const events = Array.from({ length: 1 + below(6, random) }, () => jsonTokens(random).join(' '))
    const body = events.map((event) => event + oneOf(ends, random)).join('')
    const text = oneOf([body, body.trimEnd(), `\n ${body}`], random)
    const split = splitAll(splitLines(generous), inChunks(Buffer.from(text), random))
    expect({ text, words: inWords(split) }).toEqual({ text, words: events })
  }
})

test.each([
  ['{"a":1}', ['{"a":1}']],
  ['{"a":1}\n', ['{"a":1}']],
  ['{"a":1}\r\n{"b":2}\r\n', ['{"a":1}', '{"b":2}']],
  ['\n\n{"a":1}\n\n\n{"b":2}\n\n', ['{"a":1}', '{"b":2}']],
  [' \t{"a":1}\t \r\n', ['{"a":1}']],
  ['{"a":"\\n"}\n{}', ['{"a":"\\n"}', '{}']],
  ['{"a":1}\n{"b":\n{"c":3}', ['{"a":1}', '{"b":', '{"c":3}']],
  ['x\n[1]\nnull', ['x', '[1]', 'null']],
  ['{"a":1}\r{"b":2}', ['{"a":1}\r{"b":2}']],
  ['{"a":"\u2028"}\n', ['{"a":"\u2028"}']],
  ['{"a":1},\n{"b":2}', ['{"a":1},', '{"b":2}']],
])('%j holds %j, in one chunk and byte by byte', (text, events) => {
  expect(wordsOf(text)).toEqual(events)
  expect(inWords(splitAll(splitLines(generous), byteByByte(Buffer.from(text))))).toEqual(events)
})

test.each(['', '\n', '\r\n\r\n', ' \n\t\n '])('%j is a batch of no events', (text) => {
  expect(wordsOf(text)).toBe('EMPTY_BATCH: The batch holds no event')
})

test('a shape is left to whoever needs it', () => {
  const split = splitAll(splitLines(generous), [Buffer.from('{}')])
  expect(split).toMatchObject({ pieces: [{ kind: 'event', shape: undefined }] })
})

describe('limits', () => {
  const limits = { events: 3, eventBytes: 10 }
  const fits = '0123456789'

  test.each([
    [`${fits}\n`, [fits]],
    [`${fits}\r\n`, [fits]],
    [fits, [fits]],
    [`${fits}x\n{}`, [tooLarge, '{}']],
    [`{}\n${fits}x\r\n{}`, ['{}', tooLarge, '{}']],
    [`{}\n${fits}x`, ['{}', tooLarge]],
    [`{}\n${'x'.repeat(1000)}`, ['{}', tooLarge]],
    [`${' '.repeat(11)}\n{}`, [tooLarge, '{}']],
    [`${' '.repeat(12)}\n{}`, [tooLarge, '{}']],
    [`${' '.repeat(10)}\r\n{}`, ['{}']],
    ['{}\n{}\n{}\n\n', ['{}', '{}', '{}']],
  ])('%j is read as %j, wherever chunks end', (text, words) => {
    const random = seeded(2)
    expect(wordsOf(text, limits)).toEqual(words)
    for (let i = 0; i < 100; i++)
      expect(inWords(splitAll(splitLines(limits), inChunks(Buffer.from(text), random)))).toEqual(
        words,
      )
  })

  test.each(['1\n2\n3\n4', '1\n2\n3\n4\n', `1\n2\n3\n${fits}x`])(
    '%j is refused as a whole: it holds more events than the limit',
    (text) => {
      for (const chunks of [[Buffer.from(text)], byteByByte(Buffer.from(text))])
        expect(inWords(splitAll(splitLines(limits), chunks))).toStartWith('BATCH_TOO_LARGE')
    },
  )

  test('no byte more is asked for once there are too many', () => {
    const splitter = splitLines(limits)
    expect(splitter.write(Buffer.from('1\n2\n3\n4'))).toBe(true)
    expect(splitter.write(Buffer.from('\n5'))).toBe(false)
    expect(splitter.write(Buffer.from('\n6'))).toBe(false)
  })
})
