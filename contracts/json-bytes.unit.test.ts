import { describe, expect, test } from 'bun:test'
import { jsonTokens, objectTokens, spaced } from './builders.ts'
import { jsonShape, memberBytes, membersIn } from './json-bytes.ts'
import { seeded } from './seeded.ts'

const bytes = (text: string) => Buffer.from(text)
const textOf = (part: Uint8Array | undefined) =>
  part === undefined ? undefined : Buffer.from(part).toString('utf8')
const shapeOf = (text: string) => {
  const { depth, compact } = jsonShape(bytes(text))
  return { depth, compact: textOf(compact) }
}

describe('jsonShape', () => {
  test('removes exactly the white space outside strings, for 3000 generated texts', () => {
    const random = seeded(1)
    for (let i = 0; i < 3000; i++) {
      const tokens = jsonTokens(random)
      const text = spaced(tokens, random)
      expect({ text, compact: shapeOf(text).compact }).toEqual({ text, compact: tokens.join('') })
    }
  })

  test('tells the depth that the parsed value has, for 3000 generated texts', () => {
    const random = seeded(2)
    for (let i = 0; i < 3000; i++) {
      const tokens = jsonTokens(random, 7)
      expect({ tokens, depth: shapeOf(spaced(tokens, random)).depth }).toEqual({
        tokens,
        depth: tokenDepth(tokens),
      })
    }
  })

  test.each([
    ['1', 0],
    ['"[[[["', 0],
    ['"\\"[["', 0],
    ['[]', 1],
    ['{"a":[],"b":{}}', 2],
    ['[[],[[]],[]]', 3],
  ])('the depth of %p is %p', (text, depth) => {
    expect(shapeOf(text).depth).toBe(depth)
  })

  test('a depth of 100,000 is told', () => {
    expect(shapeOf('['.repeat(100_000) + ']'.repeat(100_000)).depth).toBe(100_000)
  })

  test('is a view of the input where there is no white space to remove', () => {
    const input = bytes('{"a b":1}')
    expect(jsonShape(input).compact).toBe(input)
  })

  test('leaves the input as it was', () => {
    const input = bytes(' { "a" : 1 } ')
    jsonShape(input)
    expect(input.toString()).toBe(' { "a" : 1 } ')
  })

  test('keeps white space that is not JSON’s: no-break space, vertical tab, form feed', () => {
    expect(shapeOf('[\u00a0,\v,\f, \u2028]').compact).toBe('[\u00a0,\v,\f,\u2028]')
  })

  test.each(['', ' ', '"', '"\\', '"abc \\', ']]]', '}{', '\\', '{"a', ' " '])(
    'takes %p, which is not JSON, without a complaint',
    (text) => {
      expect(shapeOf(text).depth).toBeGreaterThanOrEqual(0)
      expect(shapeOf(text).compact?.length).toBeLessThanOrEqual(text.length)
    },
  )
})

describe('memberBytes', () => {
  test('is the raw slice of the last member of that name, for 3000 generated objects', () => {
    const random = seeded(3)
    let found = 0
    for (let i = 0; i < 3000; i++) {
      const tokens = objectTokens(random)
      const text = spaced(tokens, random)
      const raw = textOf(memberBytes(bytes(text), 'event'))
      if (raw !== undefined) found++
      const value = (JSON.parse(text) as Record<string, unknown>).event
      expect({ text, value: raw === undefined ? undefined : JSON.parse(raw) }).toEqual({
        text,
        value,
      })
      if (raw !== undefined) expect(text).toContain(raw)
    }
    expect(found).toBeGreaterThan(500)
  })

  test.each([
    ['{"event":1.0}', '1.0'],
    ['{"event": 12345678901234567890 }', ' 12345678901234567890 '],
    ['{"event":{"event":2},"x":{"event":3}}', '{"event":2}'],
    ['{"x":{"event":3},"event":[{"event":4}]}', '[{"event":4}]'],
    ['{"event":1,"event":2}', '2'],
    ['{"event":1,"event":2,"x":3}', '2'],
    ['{"event":"}","x":"{"}', '"}"'],
    ['{"event":"\\"event\\":2,","x":0}', '"\\"event\\":2,"'],
    ['{"x":"event","event":"a:b"}', '"a:b"'],
    ['{"event" : {"a" : [ ]} }', ' {"a" : [ ]} '],
    [' \n{"event":""}', '""'],
    ['{"ev":1}', undefined],
    ['{"events":1,"even":2}', undefined],
    ['{}', undefined],
    ['{"x":{"event":1}}', undefined],
    ['{"x":["event",{"event":1}]}', undefined],
    ['{"x":"event"}', undefined],
  ])('of %p is %p', (text, raw) => {
    expect(textOf(memberBytes(bytes(text), 'event'))).toBe(raw)
  })

  test('a name written with escapes is not recognised', () => {
    expect(memberBytes(bytes('{"\\u0065vent":1}'), 'event')).toBeUndefined()
  })
})

function tokenDepth(tokens: readonly string[]): number {
  let open = 0
  let depth = 0
  for (const token of tokens) {
    if (token === '{' || token === '[') depth = Math.max(depth, ++open)
    else if (token === '}' || token === ']') open--
  }
  return depth
}

describe('the members of an object', () => {
  const members = (json: string) => Object.fromEntries(membersIn(Buffer.from(json)))

  test('are there by name, as their bytes stand', () => {
    expect(members('{}')).toEqual({})
    expect(members('{"a":12345678901234567890,"b":"x,}\\"","c":[1,{"d":2}],"":{}}')).toEqual({
      a: '12345678901234567890',
      b: '"x,}\\""',
      c: '[1,{"d":2}]',
      '': '{}',
    })
  })

  test('of a name that is there twice are the last, however it is written', () => {
    expect(members('{"a":1,"\\u0061":2,"b":3}')).toEqual({ a: '2', b: '3' })
  })

  test('are those of the parser, for any object', () => {
    const random = seeded(7)
    for (let i = 0; i < 2000; i++) {
      const json = objectTokens(random).join('')
      const parsed = Object.entries(members(json)).map(([name, text]) => [name, JSON.parse(text)])
      expect(Object.fromEntries(parsed)).toEqual(JSON.parse(json))
    }
  })
})
