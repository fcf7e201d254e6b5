import { expect, test } from 'bun:test'
import { jsonLines, messagesByLine } from './json-lines.ts'

const record = '{"tenant_id":"a","event":{"a/b":[1,{"x~":null}],"event_id":"","":{}}}'

test('every line has the pointer of the value that begins on it', () => {
  expect(jsonLines(record)?.map(({ pointer }) => pointer)).toEqual([
    '',
    '/tenant_id',
    '/event',
    '/event/a~1b',
    '/event/a~1b/0',
    '/event/a~1b/1',
    '/event/a~1b/1/x~0',
    undefined,
    undefined,
    '/event/event_id',
    '/event/',
    undefined,
    undefined,
  ])
})

test('a message is at its value, or at what the value is missing in', () => {
  const lines = jsonLines(record) ?? []
  const messages = messagesByLine(lines, [
    { pointer: '/event/event_id', message: 'is empty' },
    { pointer: '/event/event_type', message: 'missing event_type' },
    { pointer: '/event/a~1b/9/z', message: 'deep' },
    { pointer: '', message: 'all of it' },
  ])
  expect([...messages].sort(([a], [b]) => a - b)).toEqual([
    [0, ['all of it']],
    [2, ['missing event_type']],
    [3, ['deep']],
    [9, ['is empty']],
  ])
})

test.each(['{"a":', '['.repeat(200), 'nothing', '}}', '{"a" 1}', '[\n1'])(
  '%p is shown as it is, and never throws',
  (text) => {
    const lines = jsonLines(text)
    if (lines !== null) expect(lines.map((line) => line.text).join('\n')).not.toBe('')
  },
)

test.each([
  ['a value', JSON.stringify({ a: 'x"\\'.repeat(80_000) })],
  ['a name', JSON.stringify({ ['x"\\'.repeat(80_000)]: 1 })],
  ['a list', JSON.stringify(Array.from({ length: 60_000 }, (_, i) => i))],
  ['names', JSON.stringify(Object.fromEntries(Array.from({ length: 15_000 }, (_, i) => [i, i])))],
])('%s of a quarter of a megabyte takes little time', (_, json) => {
  const before = process.cpuUsage()
  const lines = jsonLines(json)
  // Of this process alone: a clock counts what a busy machine does meanwhile.
  expect(process.cpuUsage(before).user).toBeLessThan(2_000_000)
  if (lines !== null) messagesByLine(lines, [{ pointer: '/a/b/c', message: 'x' }])
})
