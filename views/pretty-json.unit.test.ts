import { expect, test } from 'bun:test'
import { prettyJson } from './pretty-json.ts'

test('JSON is indented like JSON.stringify does it', () => {
  const value = { a: [1, { b: 'x,:{}[]"\\' }], c: {}, d: [], e: null, f: [[], [{}]] }
  expect(prettyJson(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2))
})

test('numbers, escapes and repeated names stay as they were written', () => {
  expect(prettyJson('{"n":1e2,"n":12345678901234567890,"s":"\\u00e9\\""}')).toBe(
    '{\n  "n": 1e2,\n  "n": 12345678901234567890,\n  "s": "\\u00e9\\""\n}',
  )
})

test('white space between tokens does not count', () => {
  expect(prettyJson(' [ 1 ,\n\t2 , { } ] ')).toBe('[\n  1,\n  2,\n  {}\n]')
})

test.each(['['.repeat(100_000), `${'['.repeat(60)}${'0,'.repeat(10_000)}`, '"never ends', '}}}]'])(
  'hostile text neither throws nor grows without bound',
  (text) => {
    expect(prettyJson(text).length).toBeLessThanOrEqual(text.length * 8 + 1000)
  },
)
