import { expect, test } from 'bun:test'
import { NOW } from './builders.ts'
import { instantIn } from './instant-query.ts'

test.each([
  ['15m', '2026-01-02T19:45:30.000Z'],
  ['2 h ago', '2026-01-02T18:00:30.000Z'],
  ['7d', '2025-12-26T20:00:30.000Z'],
  ['2026-01-02', '2026-01-02T00:00:00.000Z'],
  ['2026-01-02T20:00', '2026-01-02T20:00:00.000Z'],
  ['2026-01-02 20:00:01.5 UTC', '2026-01-02T20:00:01.500Z'],
  ['2026-01-02T20:00Z', '2026-01-02T20:00:00.000Z'],
  [' 2026-01-02T20:00:00+02:00 ', '2026-01-02T18:00:00.000Z'],
])('%p is an instant', (text, expected) => {
  expect(instantIn(text, NOW)?.toISOString()).toBe(expected)
})

test.each([
  '',
  'yesterday',
  '15',
  'm',
  '-15m',
  '999999d',
  '2026-02-30',
  '2026-13-01',
  '2026-01-02T25:00',
  '1e3s',
])('%p is none', (text) => expect(instantIn(text, NOW)).toBeUndefined())
