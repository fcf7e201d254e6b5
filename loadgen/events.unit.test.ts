import { describe, expect, test } from 'bun:test'
import { type EventsOf, keyOf, makeEventMaker, numberOf } from './events.ts'
import { kinds } from './kinds.ts'

const of: EventsOf = { run: 'abc1', seed: 42, startedMs: 1_767_384_000_000, keyIn: 'header' }
const maker = makeEventMaker(of)
const text = (number: number, revision: 0 | 1 = 0, kind = 0) =>
  maker.text({ number, kind, revision })

describe('an event', () => {
  test('is the same whenever it is made, whichever was made before', () => {
    const inOrder = [998, 999, 1000, 1001, 5_000_000].map((number) => text(number))
    const again = [5_000_000, 1001, 1000, 999, 998].map((number) =>
      makeEventMaker(of).text({ number, kind: 0, revision: 0 }),
    )
    expect(again.toReversed()).toEqual(inOrder)
    expect(text(998)).toBe(inOrder[0] ?? '')
  })

  test('occurs a millisecond after the one before it, in the hour of the clock before the run', () => {
    const hourBefore = of.startedMs - 60 * 60 * 1000
    for (const number of [0, 1, 999, 1000, 61_001, 3_599_999])
      expect(JSON.parse(text(number)).occurred_at).toBe(new Date(hourBefore + number).toISOString())
    expect(JSON.parse(text(3_600_000)).occurred_at).toBe(new Date(hourBefore).toISOString())
    const late = makeEventMaker({ ...of, startedMs: of.startedMs + 3_599_999 })
    expect(late.text({ number: 5, kind: 0, revision: 0 })).toContain(
      new Date(hourBefore + 5).toISOString(),
    )
  })

  test('has its number, also one of ten digits', () => {
    for (const number of [7, 2_147_483_648, 4_000_000_001])
      expect(JSON.parse(text(number))).toMatchObject({
        event_id: `evt_abc1_${String(number).padStart(10, '0')}`,
        payload: { order_id: `o-${String(number).padStart(10, '0')}` },
      })
  })

  test('differs from any other, and from its other revision', () => {
    const texts = Array.from({ length: 1000 }, (_, number) => [text(number), text(number, 1)])
    expect(new Set(texts.flat()).size).toBe(2000)
  })

  test('depends on the seed and the run', () => {
    const other = (change: object) =>
      makeEventMaker({ ...of, ...change }).text({ number: 1, kind: 0, revision: 0 })
    expect(other({ seed: 43 })).not.toBe(text(1))
    expect(other({ run: 'abc2' })).not.toBe(text(1))
  })

  test('carries a 20-digit integer, which a floating-point number would change', () => {
    for (let number = 0; number < 100; number++)
      expect(/"serial":(\d+),/.exec(text(number))?.[1]).toMatch(/^1\d{19}$/)
  })

  test('is sometimes written in more than Latin letters', () => {
    expect(Buffer.byteLength(text(8))).toBeGreaterThan(text(8).length)
  })

  test('is written as it reads, whatever its kind, and where it is told to', () => {
    const into = Buffer.alloc(2 * maker.mostBytes, '-')
    kinds.forEach((_, kind) => {
      const id = { number: 16, kind, revision: 1 } as const
      const end = maker.write(id, into, 5)
      expect(end - 5).toBeWithin(0, maker.mostBytes + 1)
      const written = into.subarray(5, end)
      expect(written.toString()).toBe(maker.text(id))
      expect(maker.hash(id)).toBe(Bun.hash.murmur32v3(written))
    })
    expect(into.toString('latin1', 0, 5)).toBe('-----')
  })
})

test('an event that carries its key has it in one of two places, the same whenever it is made', () => {
  const keyed = makeEventMaker({ ...of, keyIn: 'event' }).text
  for (const number of [0, 1, 2, 3]) {
    const { event_id, idempotency_key } = JSON.parse(keyed({ number, kind: 0, revision: 0 }))
    expect(idempotency_key ?? event_id).toBe(keyOf(of.run, number))
    expect(idempotency_key === undefined).toBe(number % 2 === 1)
  }
})

describe('a CloudEvent', () => {
  const cloudEvents = makeEventMaker({ ...of, keyIn: 'event', form: 'cloudevent' })
  const both = (number: number, kind = 0) => {
    const id = { number, kind, revision: 1 } as const
    return [JSON.parse(cloudEvents.text(id)), JSON.parse(cloudEvents.kept(id))]
  }

  test.each([0, 7, 4_000_000_001])(
    'of number %d is kept as the envelope that says the same',
    (n) => {
      const [sent, kept] = both(n)
      expect(kept).toEqual({
        event_id: sent.id,
        event_type: sent.type,
        schema_version: 1,
        occurred_at: sent.time,
        payload: sent.data,
        cloudevent: {
          specversion: sent.specversion,
          source: sent.source,
          datacontenttype: 'application/json',
          revision: '1',
          partitionkey: sent.partitionkey,
        },
      })
      expect(numberOf(of.run, `${sent.source} ${sent.id}`)).toBe(n)
    },
  )

  test('that is bad and kept is as bad when it is kept', () => {
    const named = (name: string) => kinds.findIndex((kind) => kind.name === name)
    expect(both(1, named('missing-field'))).toMatchObject([
      expect.not.objectContaining({ type: expect.anything() }),
      expect.not.objectContaining({ event_type: expect.anything() }),
    ])
    expect(both(1, named('no-such-date'))).toMatchObject([
      { time: '2026-02-30T10:00:00Z' },
      { occurred_at: '2026-02-30T10:00:00Z' },
    ])
    expect(both(1, named('null-character'))).toMatchObject([
      { data: { text: 'a\0b' }, source: 'load-abc1-' },
      { payload: { text: 'a\0b' }, cloudevent: { source: 'load-abc1-' } },
    ])
  })

  test('without a key has no id', () => {
    const kind = kinds.findIndex(({ name }) => name === 'no-key')
    expect(both(1, kind)[0]).not.toHaveProperty('id')
  })
})

describe('a key', () => {
  test('leads back to its number', () => {
    for (const number of [0, 7, 4_000_000_000, 9_999_999_999])
      expect(numberOf('abc1', keyOf('abc1', number))).toBe(number)
  })

  test.each([
    'load-abc1-',
    'load-abc1-x',
    'load-abc1-1',
    'load-abc1-00000000001',
    'load-abc1-000000000x',
    'load-abc1-1.5',
    'load-abc1--1',
    'load-other-1',
  ])('%s is none of the run', (key) => {
    expect(numberOf('abc1', key)).toBeUndefined()
  })
})
