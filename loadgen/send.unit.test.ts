import { describe, expect, test } from 'bun:test'
import type { Verdict } from './answers.ts'
import type { OnAnswer } from './http/connections.ts'
import type { Answer } from './http/response.ts'
import type { Chosen } from './mix.ts'
import { makeSender } from './send.ts'

const chosen: Chosen = { purpose: 'fresh', number: 0, kind: 0, revision: 0, tenant: 0 }
const ok: Answer = {
  status: 202,
  retryAfterSeconds: undefined,
  body: '{"duplicate":false}',
  keepAlive: true,
}
const notNow: Answer = { ...ok, status: 503, retryAfterSeconds: 1, body: '{}' }

/** A sender whose clock and connections the test moves. */
function sending(times: number[], connections: number) {
  let nowMs = 0
  let number = 0
  const queue = [...times]
  const underWay: OnAnswer[] = []
  const ended: [number: number, verdict: Verdict][] = []
  const attempts: { number: number; attempt: number; sentMs: number }[] = []
  const sender = makeSender(
    {
      arrivals: {
        next: () => queue[0] ?? Number.POSITIVE_INFINITY,
        advance: () => void queue.shift(),
      },
      choose: () => ({ ...chosen, number: number++ }),
      compose: () => ({ request: Buffer.from('request'), bodyHash: 1 }),
      connections: {
        send: (_, onAnswer) => underWay.length < connections && underWay.push(onAnswer) > 0,
      },
      observer: {
        attempted: (each) =>
          void attempts.push({ number: each.number, attempt: each.attempt, sentMs: each.sentMs }),
        ended: (each, { verdict }) => void ended.push([each.number, verdict]),
        dropped: (_, each) => void ended.push([each.number, 'dropped']),
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
      sender.pump()
    },
    answer: (answer: Answer | undefined) => underWay.shift()?.(answer),
  }
}

describe('an arrival', () => {
  test('is sent when it is due and not before, whatever is still unanswered', () => {
    const { at, underWay, sender } = sending([10, 20, 30], 10)
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
    const { at, answer, attempts, ended, sender } = sending([10, 20], 1)
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
    const { at, answer, ended, underWay } = sending([10, 20, 900], 1)
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
    const { at, answer, attempts, ended, sender } = sending([10], 1)
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
    const { at, answer, ended } = sending([10], 1)
    at(10)
    answer(notNow)
    at(60_000)
    answer(ok)
    expect(ended).toEqual([[0, 'success']])
  })

  test('fails when the run gives up', () => {
    const { at, answer, ended, sender } = sending([10, 11], 2)
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

test('after a stop nothing new is sent, and what waited for a connection is dropped', () => {
  const { at, answer, ended, sender } = sending([10, 20, 30], 1)
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
