/** Builders for tests: one valid event with what a test cares about given, and random JSON. */
import type { Envelope } from './envelope.ts'

export const anEvent = (given: Readonly<Record<string, unknown>> = {}): Envelope => ({
  event_id: 'evt_1',
  event_type: 'user_login',
  schema_version: 1,
  occurred_at: '2026-01-02T20:00:00Z',
  payload: { user_id: 'u1' },
  ...given,
})

/** An event without some of its fields. */
export const anEventWithout = (...names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(anEvent()).filter(([name]) => !names.includes(name)))

export const below = (bound: number, random: () => number): number => Math.floor(random() * bound)

export function oneOf<T>(choices: readonly [T, ...T[]], random: () => number): T {
  return choices[below(choices.length, random)] ?? choices[0]
}

/** JSON as a list of its tokens, in the producer's own spelling: tests put white space between them or none. */
export function jsonTokens(random: () => number, levels = 4): string[] {
  const kind = levels > 0 ? below(4, random) : 3
  if (kind === 0) return ['[', ...members(random, (one) => jsonTokens(one, levels - 1)), ']']
  if (kind === 1 || kind === 2) return objectTokens(random, levels)
  return [oneOf(scalars, random)]
}

export const objectTokens = (random: () => number, levels = 4): string[] => [
  '{',
  ...members(random, (one) => [oneOf(names, one), ':', ...jsonTokens(one, levels - 1)]),
  '}',
]

/** The tokens with random insignificant white space before, between and behind them. */
export const spaced = (tokens: readonly string[], random: () => number): string =>
  tokens.map((token) => gap(random) + token).join('') + gap(random)

const gap = (random: () => number): string =>
  Array.from({ length: below(4, random) }, () => oneOf([' ', '\t', '\n', '\r'], random)).join('')

const members = (random: () => number, member: (random: () => number) => string[]): string[] =>
  Array.from({ length: below(5, random) }, (_, i) => [
    ...(i > 0 ? [','] : []),
    ...member(random),
  ]).flat()

const names: readonly [string, ...string[]] = [
  '"event"',
  '"a"',
  '""',
  '"event "',
  '"ev\\"ent"',
  '"{"',
  '"événement"',
  '":"',
  '"\\\\"',
]

const scalars: readonly [string, ...string[]] = [
  'null',
  'true',
  'false',
  '0',
  '-1.50',
  '1e+9',
  '12345678901234567890',
  '""',
  '" \\t two  spaces "',
  '"\\""',
  '"\\\\"',
  '"}{][,:"',
  '"\\"event\\": {"',
  '"\\u007b"',
  '"日本 🙂"',
]
