import { describe, expect, test } from 'bun:test'
import { below, jsonTokens, objectTokens, oneOf, spaced } from '../../contracts/builders.ts'
import { jsonShape } from '../../contracts/json-bytes.ts'
import { seeded } from '../../contracts/seeded.ts'
import type { Piece } from '../batch/split.ts'
import { type Frame, readFrame } from './frame.ts'

const most = 100_000
const frame = (text: string, eventBytes = most) => readFrame(Buffer.from(text), eventBytes)
/** Each event as its seq and text, another piece as its seq and code. */
const inWords = (text: string, eventBytes?: number) => {
  const { events, broken } = frame(text, eventBytes)
  const words = events.map(({ seq, piece }) =>
    piece.kind === 'event' ? [seq, piece.bytes.toString()] : [seq, piece.code],
  )
  return broken === undefined ? words : [...words, broken]
}
const keysOf = (text: string) =>
  frame(text).events.map(({ piece }) => (piece.kind === 'event' ? piece.keys : piece.code))

test('an event’s bytes are those of the frame, whatever they are, for 3000 generated frames', () => {
  const random = seeded(1)
  for (let i = 0; i < 3000; i++) {
    const events = Array.from({ length: 1 + (i % 3) }, () => spaced(objectTokens(random), random))
    const wrapped = events.map((event, seq) =>
      oneOf(
        [
          `{"seq":${seq},"event":${event}}`,
          ` { "event" : ${event} , "seq" : ${seq} } `,
          `{"idempotency_key":"k","seq":${seq},"ordering_key":"o","event":${event}\n}`,
        ],
        random,
      ),
    )
    const text = events.length > 1 ? `[${wrapped.join(',')}]` : wrapped.join('')
    const { events: read, broken } = frame(text)
    expect({ text, broken }).toEqual({ text, broken: undefined })
    expect(read.map(({ seq }) => seq)).toEqual(events.map((_, seq) => seq))
    for (const [at, { piece }] of read.entries()) {
      if (piece.kind !== 'event') throw new Error(`${text}: ${piece.code}`)
      expect(piece.bytes.toString()).toBe(events[at]?.trim() ?? '')
      if (piece.shape !== undefined) expect(piece.shape).toEqual(jsonShape(piece.bytes))
    }
  }
})

test('any JSON value may stand where an event should: whether it is one is decided later', () => {
  const random = seeded(2)
  for (let i = 0; i < 1000; i++) {
    const value = spaced(jsonTokens(random), random)
    expect(inWords(`{"seq":7,"event":${value}}`)).toEqual([[7, value.trim()]])
  }
})

describe('keys beside the event', () => {
  test.each([
    ['{"seq":1,"event":{},"idempotency_key":"a b","ordering_key":"c"}', 'a b', 'c'],
    ['{"seq":1,"event":{},"idempotency_key":"\\u0041\\"","ordering_key":null}', 'A"', ''],
    ['{"seq":1,"idempotency_key":"a","idempotency_key":"b","event":{}}', 'b', ''],
  ])('%s', (text, idempotencyKey, orderingKey) => {
    expect(keysOf(text)).toEqual([{ idempotencyKey, orderingKey }])
  })

  test.each([
    '{"seq":1,"event":{}}',
    '{"seq":1,"event":{},"idempotency_key":"","ordering_key":null}',
  ])('are none in %s', (text) => {
    expect(keysOf(text)).toEqual([undefined])
  })

  test.each([
    ['"idempotency_key":1', 'IDEMPOTENCY_KEY_INVALID'],
    ['"idempotency_key":{"a":"b"}', 'IDEMPOTENCY_KEY_INVALID'],
    ['"idempotency_key":"\\x"', 'IDEMPOTENCY_KEY_INVALID'],
    ['"ordering_key":[]', 'ORDERING_KEY_INVALID'],
    ['"idempotencyKey":"a"', 'INVALID_FRAME'],
  ])('%s is refused, and its neighbours are not', (member, code) => {
    const text = `[{"seq":1,"event":{}},{"seq":2,"event":{},${member}},{"seq":3,"event":{}}]`
    expect(inWords(text)).toEqual([
      [1, '{}'],
      [2, code],
      [3, '{}'],
    ])
  })
})

describe('what is wrong with one event', () => {
  test.each([
    ['{"seq":2}', 'INVALID_FRAME'],
    ['{"seq":2,"event":{"a":"123456789"}}', 'PAYLOAD_TOO_LARGE'],
    ['{"seq":2,"event":{"a":}}', '{"a":}'],
    ['{"seq":2,"event":x}', 'x'],
  ])('%s costs its neighbours nothing', (bad, word) => {
    expect(inWords(`[{"seq":1,"event":{}},${bad},{"seq":3,"event":[]}]`, 16)).toEqual([
      [1, '{}'],
      [2, word],
      [3, '[]'],
    ])
  })
})

const noObject = 'A frame is an object with seq and event, or an array of such objects'
const noSeq = 'An event has no seq, a whole number from 0 to 9007199254740991'
const brokenOff = 'The frame breaks off'

describe('a frame is broken where nobody can say whose verdict it would be', () => {
  test.each([
    ['', noObject],
    ['1', noObject],
    ['"x"', noObject],
    ['[[]]', noObject],
    ['[1]', noObject],
    ['{}', noSeq],
    ['{"event":{}}', noSeq],
    ['{"seq":-1,"event":{}}', noSeq],
    ['{"seq":1.5,"event":{}}', noSeq],
    ['{"seq":"1","event":{}}', noSeq],
    ['{"seq":01,"event":{}}', noSeq],
    ['{"seq":9007199254740992,"event":{}}', noSeq],
    ['{"seq":1', brokenOff],
    ['{"seq":1,"event":{"a":1}', brokenOff],
    ['{"seq":1,"event":"', brokenOff],
    ['{"seq":1,"event":}', 'A member of the frame has no value'],
    ['{"seq":1,,"event":{}}', 'A member of the frame has no name'],
    ['{"seq":1 "event":{}}', 'There is no comma between two members'],
  ])('%j', (text, broken) => {
    expect(inWords(text)).toEqual([broken])
  })

  test.each([
    ['[{"seq":1,"event":{}},', noObject],
    ['[{"seq":1,"event":{}}', brokenOff],
    ['[{"seq":1,"event":{}} {"seq":2,"event":{}}]', 'There is no comma between two events'],
    ['[{"seq":1,"event":{}},{"event":{}}]', noSeq],
    ['{"seq":1,"event":{}} {"seq":2,"event":{}}', 'There is more text behind the frame'],
  ])('%j: what came before is read', (text, broken) => {
    expect(inWords(text)).toEqual([[1, '{}'], broken])
  })
})

test('an array of nothing holds no event', () => {
  expect(inWords(' [ ] ')).toEqual([])
})

test('the largest seq that a number holds is read', () => {
  expect(inWords('{"seq":9007199254740991,"event":{}}')).toEqual([[9007199254740991, '{}']])
})

describe('a frame, whole or with one token cut, doubled or moved', () => {
  /** One to three events, as the tokens of their frame. */
  const tokensOf = (random: () => number): string[] => {
    const events = Array.from({ length: 1 + below(3, random) }, (_, seq) => [
      ...[...(seq > 0 ? [','] : []), '{', '"seq"', ':', String(seq), ','],
      ...['"event"', ':', ...objectTokens(random, 2), '}'],
    ])
    return events.length > 1 ? ['[', ...events.flat(), ']'] : events.flat()
  }
  const harmed = (tokens: readonly string[], random: () => number): string => {
    const at = below(tokens.length, random)
    const token = tokens[at] as string
    const to = below(tokens.length, random)
    return oneOf(
      [
        tokens,
        tokens.toSpliced(at, 1),
        tokens.toSpliced(at, 0, token),
        tokens.toSpliced(at, 1).toSpliced(to, 0, token),
        tokens.slice(0, at),
      ],
      random,
    ).join('')
  }
  /** What a parser makes of a frame: seq and event of each; undefined where it is no frame that it could read. */
  const parsed = (text: string): readonly (readonly [number, unknown])[] | undefined => {
    try {
      const value: unknown = JSON.parse(text)
      const all = (Array.isArray(value) ? value : [value]) as Record<string, unknown>[]
      const isWhole = all.every(
        (one) => Number.isSafeInteger(one?.seq) && Object.hasOwn(one, 'event'),
      )
      return isWhole ? all.map((one) => [one.seq as number, one.event]) : undefined
    } catch {
      return undefined
    }
  }

  test('is read as a parser reads it, or is broken, for 20000 of them', () => {
    const random = seeded(3)
    let whole = 0
    for (let i = 0; i < 20_000; i++) {
      const text = harmed(tokensOf(random), random)
      const expected = parsed(text)
      const { events, broken } = frame(text)
      if (expected !== undefined) {
        whole++
        expect({ text, broken }).toEqual({ text, broken: undefined })
        expect(events.map(({ seq }) => seq)).toEqual(expected.map(([seq]) => seq))
        for (const [at, { piece }] of events.entries())
          if (piece.kind === 'event')
            expect(JSON.parse(piece.bytes.toString())).toEqual(expected[at]?.[1])
      } else if (broken === undefined && events.every(isInside(text))) {
        // Its frame was read all the same, and no member of it twice: then an event is missing, or no JSON.
        const isBad = events.some(({ piece }) => !isJson(piece))
        expect({ text, isBad }).toEqual({ text, isBad: true })
      }
    }
    expect(whole).toBeGreaterThan(1_000)
  })

  const isInside =
    (text: string) =>
    ({ seq, piece }: Frame['events'][number]): boolean =>
      text.includes(`{"seq":${seq},"event":${piece.kind === 'event' ? piece.bytes : ''}}`)

  const isJson = (piece: Piece): boolean => {
    try {
      return piece.kind === 'event' && JSON.parse(piece.bytes.toString()) !== undefined
    } catch {
      return false
    }
  }
})
