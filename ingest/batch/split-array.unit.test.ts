import { describe, expect, test } from 'bun:test'
import { below, jsonTokens, objectTokens, oneOf, spaced } from '../../contracts/builders.ts'
import { jsonShape } from '../../contracts/json-bytes.ts'
import { seeded } from '../../contracts/seeded.ts'
import { byteByByte, generous, inChunks, inWords, splitAll } from './builders.ts'
import type { Split, SplitLimits } from './split.ts'
import { splitArray } from './split-array.ts'

const splitOf = (text: string, limits: SplitLimits = generous): Split =>
  splitAll(splitArray(limits), [Buffer.from(text)])
const wordsOf = (text: string, limits?: SplitLimits) => inWords(splitOf(text, limits))

const noJson = 'INVALID_JSON'
const tooLarge = 'PAYLOAD_TOO_LARGE'

describe('an array', () => {
  test('gives the events that JSON.parse gives, wherever its chunks end, for 3000 generated ones', () => {
    const random = seeded(1)
    for (let i = 0; i < 3000; i++) {
      const events = Array.from({ length: 1 + below(6, random) }, () => jsonTokens(random))
      const text = spaced(['[', ...events.flatMap(commaBefore), ']'], random)
      const chunks = inChunks(Buffer.from(text), random)
      const split = splitAll(splitArray(generous), chunks)
      const values = textsOf(split).map((event) => JSON.parse(event))
      expect({ text, values }).toEqual({ text, values: JSON.parse(text) })
      for (const event of textsOf(split)) expect(event).toBe(event.trim())
    }
  })

  test('gives each event its depth, and its compact bytes where those are its own', () => {
    const random = seeded(2)
    const given = { shape: 0, none: 0 }
    for (let i = 0; i < 3000; i++) {
      const text = `[${spaced(jsonTokens(random), () => (i % 2 ? random() : 0))}]`
      const split = splitAll(splitArray(generous), inChunks(Buffer.from(text), random))
      for (const piece of split.kind === 'split' ? split.pieces : []) {
        if (piece.kind !== 'event') throw new Error(`${text}: ${piece.code}`)
        const shape = jsonShape(piece.bytes)
        if (piece.shape !== undefined) expect(piece.shape).toEqual(shape)
        else expect(shape.compact.length).toBeLessThan(piece.bytes.length)
        given[piece.shape === undefined ? 'none' : 'shape']++
      }
    }
    expect(given.shape).toBeGreaterThan(1500)
    expect(given.none).toBeGreaterThan(500)
  })

  test.each([
    ['[{"a":1}]', ['{"a":1}']],
    [' [ {"a":1} ,\r\n\t{"b":[1,2]} ] \n', ['{"a":1}', '{"b":[1,2]}']],
    ['[{"a":"],["},{"b":"\\"},{"}]', ['{"a":"],["}', '{"b":"\\"},{"}']],
    ['[{"a":"\\\\"},{"b":"\\\\\\""}]', ['{"a":"\\\\"}', '{"b":"\\\\\\""}']],
    ['[{"a":"{[,"},{"ü":"🙂"}]', ['{"a":"{[,"}', '{"ü":"🙂"}']],
    ['[1,"x y",null,[],[[]]]', ['1', '"x y"', 'null', '[]', '[[]]']],
    ['["",-1.5e3 , true]', ['""', '-1.5e3', 'true']],
  ])('%p holds %j, in one chunk and byte by byte', (text, events) => {
    expect(wordsOf(text)).toEqual(events)
    expect(inWords(splitAll(splitArray(generous), byteByByte(Buffer.from(text))))).toEqual(events)
  })

  test('nested a hundred thousand levels deep costs a counter', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000)
    const split = splitOf(`[{},${deep},{}]`)
    const shapes = split.kind === 'split' ? split.pieces : []
    expect(shapes.map((piece) => piece.kind === 'event' && piece.shape?.depth)).toEqual([
      1, 100_000, 1,
    ])
  })
})

describe('a bad event', () => {
  const bad = [
    'x',
    '{',
    '}',
    '{"a":1]',
    '[1}',
    '{"a":1}}',
    '{"a":1} {"b":2}',
    '{"a":1}{"b":2}',
    '1 2',
    'tr ue',
    '{"a":1} // no',
    '/* no */ {"a":1}',
    "{'a':1}",
    '"a" "b"',
    'x{"a":1,"b":2}y',
    '{"a":1,}',
    '{"a":\u0000}',
    '',
    ' ',
  ] as const

  // An open bracket takes what follows for its own; every other fault ends at the next comma.
  test.each(bad.filter((text) => text !== '{'))('%j does not spoil its neighbours', (text) => {
    const random = seeded(3)
    for (let i = 0; i < 200; i++) {
      const [before, behind] = [spaced(objectTokens(random), random), '{"ok":true}']
      const body = Buffer.from(`[${before},${text},${behind}]`)
      const words = inWords(splitAll(splitArray(generous), inChunks(body, random)))
      expect(words).toHaveLength(3)
      expect([words[0], words[2]]).toEqual([before.trim(), behind])
      expect(words[1] === noJson || isNoJson(words[1] ?? '')).toBe(true)
    }
  })

  test('of any kind is told the same wherever the chunks end, for 5000 texts of JSON’s own characters', () => {
    const random = seeded(4)
    const letters = ['[', ']', '{', '}', '"', ',', ':', '\\', ' ', '1', 'a', '\n'] as const
    const seen = new Set<string>()
    for (let i = 0; i < 5000; i++) {
      const text = `[${Array.from({ length: below(14, random) }, () => oneOf(letters, random)).join('')}`
      const whole = splitOf(text, { events: 3, eventBytes: 6 })
      const parts = splitAll(
        splitArray({ events: 3, eventBytes: 6 }),
        inChunks(Buffer.from(text), random),
      )
      expect({ text, words: inWords(parts) }).toEqual({ text, words: inWords(whole) })
      for (const word of inWords(whole)) seen.add(word)
      if (!isNoJson(text) && whole.kind === 'split') expectValues(text, whole)
    }
    expect(seen).toContain(tooLarge)
    expect(seen).toContain(noJson)
  })

  test.each([
    ['[{},]', ['{}', noJson]],
    ['[{},,{}]', ['{}', noJson, '{}']],
    ['[,{}]', [noJson, '{}']],
    ['[{} {},{}]', [noJson, '{}']],
    ['[{}}},{}]', [noJson, '{}']],
  ])('%p gives %j', (text, words) => {
    expect(wordsOf(text)).toEqual(words)
  })
})

describe('a text that breaks off', () => {
  test.each([
    ['[{"a":1}', ['{"a":1}', noJson]],
    ['[{"a":1},', ['{"a":1}', noJson]],
    ['[{"a":1},{"b', ['{"a":1}', noJson]],
    ['[{"a":1},{"b":"}]', ['{"a":1}', noJson]],
    ['[{"a":1},{"b":"\\', ['{"a":1}', noJson]],
    ['[{"a":1},tru', ['{"a":1}', noJson]],
    ['[{"a":1},{"b":[1}]', ['{"a":1}', '{"b":[1}]', noJson]],
    ['[{}] x', ['{}', noJson]],
    ['[{}][{}]', ['{}', noJson]],
    ['[{}]]', ['{}', noJson]],
  ])('%p gives the events before it and one refusal for the rest', (text, words) => {
    expect(wordsOf(text)).toEqual(words)
  })

  test('of a long one as well, though an event of that size would be too large', () => {
    const limits = { events: 10, eventBytes: 10 }
    expect(wordsOf(`[{},{"a":"${'x'.repeat(50)}`, limits)).toEqual(['{}', noJson])
  })

  test.each(['[', '[{', '["', '[,', '[,]', '[] x', '[{} {}]', '[{}{'])(
    '%p is refused as a whole: it holds no event',
    (text) => {
      expect(splitOf(text)).toMatchObject({ kind: 'refused', code: noJson })
    },
  )
})

test.each(['', ' \n\t'])('%j is empty', (text) => {
  expect(wordsOf(text)).toBe('INVALID_JSON: The body is empty: send a JSON array of events')
})

test.each(['[]', ' [ \n ] '])('%j is a batch of no events', (text) => {
  expect(wordsOf(text)).toBe('EMPTY_BATCH: The batch holds no event')
})

test.each(['{}', '{"a":1}\n{"b":2}', 'null', '"x"', '1', 'x', '\uFEFF[{}]', '](', '\0'])(
  '%j is no batch',
  (text) => {
    expect(splitOf(text)).toMatchObject({ kind: 'refused', code: 'NOT_A_BATCH' })
  },
)

describe('limits', () => {
  const limits = { events: 3, eventBytes: 20 }
  const fits = '{"a":"0123456789ab"}'
  const over = '{"a":"0123456789abc"}'

  test('an event of exactly the limit is read, with white space around it too', () => {
    expect(fits).toHaveLength(limits.eventBytes)
    const body = Buffer.from(`[ ${fits}${' '.repeat(30)},${fits}]`)
    for (const chunks of [[body], byteByByte(body)])
      expect(inWords(splitAll(splitArray(limits), chunks))).toEqual([fits, fits])
  })

  test('an event of one byte more is refused alone, in whatever chunks it comes', () => {
    const random = seeded(5)
    const body = Buffer.from(`[{"a":1},${over},${fits}]`)
    for (let i = 0; i < 200; i++) {
      const words = inWords(splitAll(splitArray(limits), inChunks(body, random)))
      expect(words).toEqual(['{"a":1}', tooLarge, fits])
    }
  })

  test('as many events as the limit are read', () => {
    expect(wordsOf('[{},{},{}]', limits)).toEqual(['{}', '{}', '{}'])
  })

  test.each(['[{},{},{},{}]', '[{},{},{},{}', '[,,,,]', `[{},{},{},${over}]`, '[{},{},{},{},{'])(
    '%p is refused as a whole',
    (text) => {
      expect(splitOf(text, limits)).toMatchObject({ kind: 'refused', code: 'BATCH_TOO_LARGE' })
    },
  )

  test('no byte more is asked for once there are too many', () => {
    const splitter = splitArray(limits)
    expect(splitter.write(Buffer.from('[{},{},{},'))).toBe(true)
    expect(splitter.write(Buffer.from('{},'))).toBe(false)
    expect(splitter.write(Buffer.from('{}]'))).toBe(false)
    expect(splitter.end()).toMatchObject({ code: 'BATCH_TOO_LARGE' })
  })
})

const commaBefore = (tokens: readonly string[], i: number): readonly string[] =>
  i === 0 ? tokens : [',', ...tokens]

const textsOf = (split: Split): readonly string[] => {
  const words = inWords(split)
  return typeof words === 'string' ? [] : words
}

/** What is not too large, and not beyond the limit, is what JSON.parse says. */
function expectValues(text: string, split: Split): void {
  const values = JSON.parse(text) as unknown[]
  const words = textsOf(split)
  expect({ text, length: words.length }).toEqual({ text, length: values.length })
  for (const [i, word] of words.entries())
    if (word !== tooLarge)
      expect({ text, value: JSON.parse(word) }).toEqual({ text, value: values[i] })
}

function isNoJson(text: string): boolean {
  try {
    JSON.parse(text)
    return false
  } catch {
    return true
  }
}
