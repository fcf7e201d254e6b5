import { describe, expect, test } from 'bun:test'
import { findingsIn } from '../contracts/envelope.ts'
import { type EventsOf, makeEventMaker } from './events.ts'
import { kinds, mustGet } from './kinds.ts'

const of: EventsOf = { run: 'r', seed: 1, startedMs: 1_767_384_000_000, keyIn: 'header' }
const { text } = makeEventMaker(of)
const body = (kind: number) => text({ number: 8, kind, revision: 0 })
const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

test('names are different, and a position fits a byte', () => {
  expect(new Set(kinds.map(({ name }) => name)).size).toBe(kinds.length)
  expect(kinds.length).toBeLessThan(256)
})

test('nothing is wrong with a good event', () => {
  expect(findingsIn(parse(body(0)) as object, String(body(0)))).toEqual([])
  expect(mustGet(kinds[0])).toBe('202 new')
})

describe.each(kinds.map((kind, at) => [kind.name, kind, at] as const).slice(1))(
  '%s',
  (_, kind, at) => {
    test('is bad in that one way', () => {
      const parsed = parse(body(at))
      switch (kind.flaw?.is) {
        case 'warned':
          expect(findingsIn(parsed as object, String(body(at)))).toEqual([
            { code: kind.flaw.code, path: kind.flaw.path, message: expect.any(String) },
          ])
          break
        case 'refused':
          if (kind.flaw.code === 'INVALID_JSON') expect(parsed).toBeUndefined()
          if (kind.flaw.code === 'NOT_AN_OBJECT') expect(parsed).toBeArray()
          if (kind.request) expect(findingsIn(parsed as object, String(body(at)))).toEqual([])
          break
        default:
          throw new Error('it has no flaw')
      }
    })

    test('must get one precise answer', () => {
      expect(mustGet(kind)).toMatch(/^(202 new, warned [A-Z_]+ \/\S+|4\d\d [A-Z_]+)$/)
    })
  },
)
