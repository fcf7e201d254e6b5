import { describe, expect, test } from 'bun:test'
import { anEvent } from '../../contracts/builders.ts'
import { refused } from '../accept.ts'
import type { Admission, Attempt } from '../admission.ts'
import { aTenant } from '../builders.ts'
import { answerDeadlineMs } from '../timing.ts'
import { untraced } from '../tracing.ts'
import { overloaded, type Verdict } from '../verdict.ts'
import { admitBatch } from './admit-batch.ts'
import type { Piece } from './split.ts'

const piece = (event: unknown): Piece => ({
  kind: 'event',
  bytes: Buffer.from(typeof event === 'string' ? event : JSON.stringify(event)),
  shape: undefined,
})
const events = (count: number): Piece[] =>
  Array.from({ length: count }, (_, i) => piece(anEvent({ event_id: `evt_${i}` })))

/** A batch at an admission whose verdicts are the test's. */
function aBatch(pieces: readonly Piece[], given: { tenant?: ReturnType<typeof aTenant> } = {}) {
  const offered: Attempt[] = []
  const verdicts = new Map<number, Verdict>()
  const state = {
    done: 0,
    elapsedMs: 0,
    stopping: false,
    refusal: undefined as Verdict | undefined,
    /** The event for whose verdict there is no taker. */
    breaksAt: -1,
    logged: [] as unknown[],
    answers: undefined as Verdict | undefined,
  }
  const admission: Admission = {
    refusal: () => state.refusal,
    offer(attempt) {
      offered.push(attempt)
      if (state.answers !== undefined) attempt.answer(state.answers)
    },
    settled: async () => {},
  }
  const start = () =>
    admitBatch(
      {
        admission,
        clock: { elapsed: () => state.elapsedMs, stopping: () => state.stopping },
        log: { error: (fields) => void state.logged.push(fields) },
      },
      {
        tenant: given.tenant ?? aTenant(),
        requestId: 'req_1',
        pieces,
        orderingKey: '',
        trace: untraced,
      },
      {
        verdict(index, verdict) {
          if (index === state.breaksAt) throw new Error('no taker')
          verdicts.set(index, verdict)
        },
        done: () => state.done++,
      },
    )
  return { offered, verdicts, state, start }
}

const accepted = (requestId = 'x'): Verdict => ({
  kind: 'accepted',
  requestId,
  duplicate: false,
  warnings: [],
  quota: undefined,
})
const codeOf = (verdict: Verdict | undefined) =>
  verdict?.kind === 'rejected' ? verdict.code : verdict?.kind

test('each event is offered on its own, in order, with the batch’s request id and its number', () => {
  const { offered, verdicts, state, start } = aBatch(events(3))
  start()
  expect(offered.map(({ requestId }) => requestId)).toEqual(['req_1.0', 'req_1.1', 'req_1.2'])
  expect(offered.map(({ decision }) => decision)).toMatchObject([
    { idempotencyKey: 'evt_0' },
    { idempotencyKey: 'evt_1' },
    { idempotencyKey: 'evt_2' },
  ])
  for (const attempt of offered.toReversed()) {
    expect(state.done).toBe(0)
    attempt.answer(accepted(attempt.requestId))
  }
  expect(state.done).toBe(1)
  expect([...verdicts.keys()].sort()).toEqual([0, 1, 2])
})

test('what cannot be read is offered too: it counts, and its neighbours do not suffer', () => {
  const { offered, start } = aBatch([
    piece('{"event_id":'),
    piece(anEvent()),
    refused('PAYLOAD_TOO_LARGE'),
    piece('[]'),
  ])
  start()
  expect(
    offered.map(({ decision }) => (decision.kind === 'refused' ? decision.code : 'event')),
  ).toEqual(['INVALID_JSON', 'event', 'PAYLOAD_TOO_LARGE', 'NOT_AN_OBJECT'])
  expect(offered.map(({ bytes }) => bytes > 0)).toEqual([true, true, false, true])
})

test('a strict tenant’s events are judged strictly', () => {
  const tenant = aTenant({ validation: 'strict' })
  const { offered, start } = aBatch([piece({ event_id: 'e' }), piece(anEvent())], { tenant })
  start()
  expect(offered[0]?.decision).toMatchObject({ code: 'INVALID_EVENT', findings: expect.any(Array) })
  expect(offered[1]?.decision.kind).toBe('acceptable')
})

test('of events with one key the first goes ahead, and all others follow at its verdict', () => {
  const same = piece(anEvent({ event_id: 'same' }))
  const { offered, state, start } = aBatch([
    same,
    piece(anEvent({ event_id: 'other' })),
    same,
    same,
  ])
  start()
  expect(offered.map(({ requestId }) => requestId)).toEqual(['req_1.0', 'req_1.1'])
  offered[0]?.answer(accepted())
  expect(offered.map(({ requestId }) => requestId).slice(2)).toEqual(['req_1.2', 'req_1.3'])
  for (const attempt of offered.slice(1)) attempt.answer(accepted())
  expect(state.done).toBe(1)
})

test('of 10,000 events a bounded number is under way, and all get their verdict', () => {
  const { offered, verdicts, state, start } = aBatch(events(10_000))
  start()
  expect(offered.length).toBe(1000)
  for (let i = 0; i < offered.length; i++) {
    expect(offered.length - i).toBeLessThanOrEqual(1000)
    offered[i]?.answer(accepted())
  }
  expect(verdicts.size).toBe(10_000)
  expect(state.done).toBe(1)
})

test('verdicts that come at once are as good as later ones', () => {
  const { verdicts, state, start } = aBatch([...events(3000), ...events(3000)])
  state.answers = accepted()
  start()
  expect(verdicts.size).toBe(6000)
  expect(state.done).toBe(1)
})

test('nothing is parsed for a tenant whose quota is known to be used up', () => {
  const { offered, verdicts, state, start } = aBatch(events(2500))
  start()
  state.refusal = { kind: 'rejected', code: 'RATE_LIMITED', quota: undefined }
  for (const attempt of offered) attempt.answer(accepted())
  expect(offered.length).toBe(1000)
  expect(codeOf(verdicts.get(999))).toBe('accepted')
  expect(codeOf(verdicts.get(1000))).toBe('RATE_LIMITED')
  expect(codeOf(verdicts.get(2499))).toBe('RATE_LIMITED')
  expect(state.done).toBe(1)
})

test('where there is no room for one event, its successors are told so unparsed', () => {
  const { offered, verdicts, state, start } = aBatch(events(2500))
  state.answers = overloaded
  start()
  expect(offered.length).toBe(1)
  expect(verdicts.size).toBe(2500)
  expect(codeOf(verdicts.get(2499))).toBe('OVERLOADED')
  expect(state.done).toBe(1)
})

test('an abandoned batch sends no further event ahead', () => {
  const { offered, state, start } = aBatch(events(5000))
  const batch = start()
  batch.abandon()
  for (const attempt of [...offered]) attempt.answer(accepted())
  expect(offered.length).toBe(1000)
  expect(state.done).toBe(1)
})

test('what is not at the admission by the answer deadline is told to come again', () => {
  const same = piece(anEvent({ event_id: 'same' }))
  const { offered, verdicts, state, start } = aBatch([same, same, ...events(3000)])
  start()
  state.elapsedMs = answerDeadlineMs + 1
  for (const attempt of [...offered]) attempt.answer(accepted())
  expect(offered.length).toBe(999)
  expect([1, 0, 999, 1000, 3001].map((index) => codeOf(verdicts.get(index)))).toEqual([
    'OVERLOADED',
    'accepted',
    'accepted',
    'OVERLOADED',
    'OVERLOADED',
  ])
  expect(state.done).toBe(1)
})

test('of a process that is told to stop no further event is let in', () => {
  const { offered, verdicts, state, start } = aBatch(events(3000))
  start()
  state.stopping = true
  for (const attempt of [...offered]) attempt.answer(accepted())
  expect(offered.length).toBe(1000)
  expect(codeOf(verdicts.get(2999))).toBe('OVERLOADED')
  expect(state.done).toBe(1)
})

describe('what fails in one event is logged with its id, and the batch ends', () => {
  test('when its verdict cannot be taken, however it comes about', () => {
    const same = piece(anEvent({ event_id: 'same' }))
    for (const refusal of [undefined, overloaded]) {
      const { offered, verdicts, state, start } = aBatch([same, same, ...events(2_000)])
      Object.assign(state, { breaksAt: 0, refusal })
      start()
      for (let i = 0; i < offered.length; i++) offered[i]?.answer(accepted())
      expect([verdicts.size, state.done]).toEqual([2_001, 1])
      expect(state.logged).toMatchObject([{ request_id: 'req_1.0', err: expect.any(Error) }])
    }
  })

  test('when it cannot be read: it is to be repeated', () => {
    const broken = {
      ...piece(anEvent()),
      get keys(): never {
        throw new Error('no keys')
      },
    } as Piece
    const { offered, verdicts, state, start } = aBatch([...events(1), broken, ...events(3)])
    state.answers = accepted()
    start()
    expect([offered.length, state.done]).toEqual([4, 1])
    expect([0, 1, 2].map((index) => codeOf(verdicts.get(index)))).toEqual([
      'accepted',
      'UNAVAILABLE',
      'accepted',
    ])
    expect(state.logged).toMatchObject([{ request_id: 'req_1.1' }])
  })
})
