import { describe, expect, test } from 'bun:test'
import type { Verdict } from './answers.ts'
import { bodyOf } from './http/builders.ts'
import type { Answer } from './http/response.ts'
import type { Chosen } from './mix.ts'
import { makePacking, type Parcel } from './packing.ts'
import { makeSender } from './send.ts'
import { tellNew, tellRefused } from './told.ts'

const chosen: Chosen = { purpose: 'fresh', number: 0, kind: 0, revision: 0, tenant: 0 }
const ok: Answer = { status: 202, retryAfterSeconds: undefined, body: bodyOf(''), keepAlive: true }
const notNow: Answer = { ...ok, status: 503, retryAfterSeconds: 1 }
/** Of a request: its second event is to be repeated after a second, the others are in. */
const secondNotNow: Answer = { ...ok, status: 200 }

const told = ({ status, retryAfterSeconds }: Answer, at: number) =>
  status === 202 || (status === 200 && at !== 1)
    ? tellNew
    : tellRefused(503, 'UNAVAILABLE', retryAfterSeconds ?? 1)

/** A sender whose clock and connections the test moves; `tenants` are those of the arrivals in turn. */
function sending(
  times: number[],
  {
    connections = 1,
    batchSize = 1,
    tenants = [0],
  }: { connections?: number; batchSize?: number; tenants?: number[] } = {},
) {
  let nowMs = 0
  let number = 0
  const queue = [...times]
  const underWay: Parcel[] = []
  const ended: [number: number, verdict: Verdict][] = []
  const attempts: { number: number; attempt: number; sentMs: number }[] = []
  const sender = makeSender(
    {
      arrivals: {
        next: () => queue[0] ?? Number.POSITIVE_INFINITY,
        advance: () => void queue.shift(),
      },
      choose: () => ({
        ...chosen,
        tenant: tenants[number % tenants.length] ?? 0,
        number: number++,
      }),
      packing: makePacking({ mostEvents: batchSize, place: () => 'any' }),
      compose: () => ({ bytes: Buffer.from('request'), start: 0, end: 7 }),
      connections: {
        free: () => connections - underWay.length,
        send: (_, parcel) => void underWay.push(parcel),
      },
      observer: {
        answered() {},
        attempted: (event, { sentMs }) =>
          void attempts.push({ number: event.number, attempt: event.attempt, sentMs }),
        ended: (event, { verdict }) => void ended.push([event.number, verdict]),
        dropped: (event) => void ended.push([event.number, 'dropped']),
      },
      random: () => 0.5,
      now: () => nowMs,
    },
    { dropAfterMs: 1000 },
  )
  return {
    sender,
    ended,
    attempts,
    underWay,
    at(ms: number) {
      nowMs = ms
      sender.pump(ms)
    },
    answer(answer: Answer | undefined) {
      const parcel = underWay.shift()
      if (parcel === undefined) throw new Error('nothing is under way')
      const { length } = parcel.events
      const reading = answer && {
        told: Array.from({ length }, (_, at) => told(answer, at)),
        wrong: undefined,
      }
      sender.onAnswer(parcel, reading, nowMs)
    },
    /** Numbers of the events of each request under way. */
    requests: () => underWay.map(({ events }) => events.map((event) => event.number)),
  }
}

describe('an arrival', () => {
  test('is sent when it is due and not before, whatever is still unanswered', () => {
    const { at, underWay, sender } = sending([10, 20, 30], { connections: 10 })
    at(9)
    expect(underWay).toHaveLength(0)
    expect(sender.nextDue()).toBe(10)
    at(25)
    expect(underWay).toHaveLength(2)
    at(30)
    expect([underWay.length, sender.nextDue(), sender.done()]).toEqual([
      3,
      Number.POSITIVE_INFINITY,
      false,
    ])
  })

  test('that finds no connection goes late, with its own intended instant', () => {
    const { at, answer, attempts, ended, sender } = sending([10, 20])
    at(20)
    answer(ok)
    at(500)
    answer(ok)
    expect(attempts.map(({ sentMs }) => sentMs)).toEqual([20, 500])
    expect(ended).toEqual([
      [0, 'success'],
      [1, 'success'],
    ])
    expect(sender.done()).toBe(true)
  })

  test('that waited too long is dropped, and counted', () => {
    const { at, answer, ended, underWay } = sending([10, 20, 900])
    at(20)
    at(1021)
    answer(ok)
    at(1021)
    expect(ended).toEqual([
      [1, 'dropped'],
      [0, 'success'],
    ])
    expect(underWay).toHaveLength(1)
  })
})

describe('an event whose answer leaves it open', () => {
  test('is repeated when the server says, until it is answered', () => {
    const { at, answer, attempts, ended, sender } = sending([10])
    at(10)
    answer(notNow)
    expect([sender.nextDue(), sender.done(), sender.open()]).toEqual([1010, false, 1])
    at(1009)
    expect(attempts).toHaveLength(1)
    at(1010)
    answer(ok)
    expect(attempts.map(({ attempt }) => attempt)).toEqual([1, 2])
    expect(ended).toEqual([[0, 'success']])
  })

  test('is not dropped for having waited', () => {
    const { at, answer, ended } = sending([10])
    at(10)
    answer(notNow)
    at(60_000)
    answer(ok)
    expect(ended).toEqual([[0, 'success']])
  })

  test('fails when the run gives up', () => {
    const { at, answer, ended, sender } = sending([10, 11], { connections: 2 })
    at(11)
    answer(undefined)
    answer(notNow)
    sender.giveUp()
    expect(ended.toSorted()).toEqual([
      [0, 'failed'],
      [1, 'failed'],
    ])
    expect(sender.open()).toBe(0)
  })
})

describe('events that go together', () => {
  test('are sent when the last of them is due, and what is left when no more come', () => {
    const { at, requests, sender, underWay } = sending([10, 20, 30, 40, 50], {
      connections: 10,
      batchSize: 2,
    })
    at(15)
    expect([requests(), sender.open()]).toEqual([[], 1])
    at(20)
    expect(requests()).toEqual([[0, 1]])
    at(49)
    expect([requests(), sender.scheduleOver()]).toEqual([
      [
        [0, 1],
        [2, 3],
      ],
      false,
    ])
    at(50)
    expect([requests(), sender.scheduleOver()]).toEqual([[[0, 1], [2, 3], [4]], true])
    expect(underWay.map(({ dueMs }) => dueMs)).toEqual([20, 40, 50])
  })

  test('are of one tenant', () => {
    const { at, requests } = sending([1, 2, 3, 4, 5], {
      connections: 10,
      batchSize: 2,
      tenants: [0, 1],
    })
    at(5)
    expect(requests()).toEqual([[0, 2], [1, 3], [4]])
  })

  test('end each for itself: only what is open is repeated, and together', () => {
    const { at, answer, ended, requests, sender } = sending([1, 2, 3, 4, 5, 6], {
      connections: 10,
      batchSize: 3,
    })
    at(6)
    answer(secondNotNow)
    answer(secondNotNow)
    expect(ended).toEqual([0, 2, 3, 5].map((number) => [number, 'success']))
    at(1005)
    expect([requests(), sender.open()]).toEqual([[], 2])
    at(1006)
    expect(requests()).toEqual([[1, 4]])
    answer(ok)
    expect(ended.slice(4)).toEqual([
      [1, 'success'],
      [4, 'success'],
    ])
    expect(sender.done()).toBe(true)
  })

  test('are repeated where nothing was told of them, and not where their verdict came', () => {
    const { at, ended, requests, sender, underWay } = sending([1, 2, 3], { batchSize: 3 })
    at(3)
    const parcel = underWay.shift()
    if (parcel === undefined) throw new Error('nothing is under way')
    sender.onAnswer(parcel, { told: [tellNew, undefined, tellNew], wrong: undefined }, 3)
    expect(ended).toEqual([0, 2].map((number) => [number, 'success']))
    at(103)
    expect(requests()).toEqual([[1]])
  })

  test('are all repeated when no answer came, with the events of no other tenant', () => {
    const { at, answer, requests } = sending([1, 2, 3, 4], {
      connections: 10,
      batchSize: 2,
      tenants: [0, 1],
    })
    at(4)
    answer(undefined)
    answer(undefined)
    expect(requests()).toEqual([])
    at(10_000)
    expect(requests().toSorted()).toEqual([
      [0, 2],
      [1, 3],
    ])
  })

  test('are dropped together when they waited too long', () => {
    const { at, ended } = sending([1, 2, 3, 4], { batchSize: 2 })
    at(4)
    at(1004)
    expect(ended).toEqual([])
    at(1005)
    expect(ended).toEqual([
      [2, 'dropped'],
      [3, 'dropped'],
    ])
  })

  test('are dropped when the run is stopped before they went', () => {
    const { at, ended, sender } = sending([1, 2, 3], { connections: 10, batchSize: 2 })
    at(1)
    sender.stop()
    expect([ended, sender.open(), sender.done()]).toEqual([[[0, 'dropped']], 0, true])
  })
})

test('after a stop nothing new is sent, and what waited for a connection is dropped', () => {
  const { at, answer, ended, sender } = sending([10, 20, 30])
  at(20)
  sender.stop()
  answer(ok)
  at(100)
  expect(ended).toEqual([
    [1, 'dropped'],
    [0, 'success'],
  ])
  expect(sender.done()).toBe(true)
})
