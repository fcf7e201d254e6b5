import { describe, expect, test } from 'bun:test'
import type { Place } from './modes/mode.ts'
import { makePacking, type Sending } from './packing.ts'

const places: readonly Place[] = ['any', 'last', 'alone']
const [any, last, alone] = [0, 1, 2]

const event = (number: number, given: Partial<Sending> = {}): Sending => ({
  purpose: 'fresh',
  number,
  kind: any,
  revision: 0,
  tenant: 0,
  intendedMs: number * 10,
  attempt: 1,
  bodyHash: 0,
  ...given,
})

function packed(events: readonly Sending[], mostEvents = 3) {
  const packing = makePacking({ mostEvents, place: (kind) => places[kind] ?? 'none' })
  const parcels = events.map(packing.add).filter((parcel) => parcel !== undefined)
  for (let rest = packing.rest(); rest; rest = packing.rest()) parcels.push(rest)
  expect(packing.size()).toBe(0)
  return parcels
}
const numbers = (...given: Parameters<typeof packed>) =>
  packed(...given).map(({ events }) => events.map(({ number }) => number))

test('as many events go together as fit, and are due with the last of them', () => {
  const parcels = packed([0, 1, 2, 3, 4, 5, 6].map((number) => event(number)))
  expect(parcels.map(({ events, dueMs }) => [events.length, dueMs])).toEqual([
    [3, 20],
    [3, 50],
    [1, 60],
  ])
})

test('each tenant has its own requests', () => {
  const events = [0, 1, 2, 3, 4].map((number) => event(number, { tenant: number % 2 }))
  expect(numbers(events, 2)).toEqual([[0, 2], [1, 3], [4]])
  expect(packed(events, 2).map(({ tenant }) => tenant)).toEqual([0, 1, 0])
})

test('an event that nothing can follow ends its request', () => {
  expect(numbers([event(0), event(1, { kind: last }), event(2)])).toEqual([[0, 1], [2]])
  expect(numbers([event(0, { kind: last }), event(1)])).toEqual([[0], [1]])
})

test('an event that spoils its request goes alone, and holds up no other', () => {
  expect(numbers([event(0), event(1, { kind: alone }), event(2), event(3)])).toEqual([
    [1],
    [0, 2, 3],
  ])
})

describe('an event fits behind others', () => {
  const { fits } = makePacking({ mostEvents: 2, place: (kind) => places[kind] ?? 'none' })

  test('of its tenant, while there is room', () => {
    expect(fits([event(0)], event(1))).toBe(true)
    expect(fits([event(0)], event(1, { tenant: 1 }))).toBe(false)
    expect(fits([event(0), event(1)], event(2))).toBe(false)
  })

  test('unless one of them has to be last or alone', () => {
    expect(fits([event(0)], event(1, { kind: last }))).toBe(true)
    expect(fits([event(0, { kind: last })], event(1))).toBe(false)
    expect(fits([event(0, { kind: alone })], event(1))).toBe(false)
    expect(fits([event(0)], event(1, { kind: alone }))).toBe(false)
  })
})
