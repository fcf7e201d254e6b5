import { describe, expect, test } from 'bun:test'
import { anEvent } from '../../contracts/builders.ts'
import type { Attempt } from '../admission.ts'
import { makeBudget } from '../budget.ts'
import { aTenant } from '../builders.ts'
import type { Tenant } from '../tenants.ts'
import { noTracing } from '../tracing.ts'
import type { Verdict } from '../verdict.ts'
import { EventStream, type Judged, type StreamDeps, type StreamEnd } from './event-stream.ts'

const accepted = (requestId = 'x'): Verdict => ({
  ...{ kind: 'accepted', requestId, duplicate: false, warnings: [], quota: undefined },
})
const turn = () => new Promise((resolve) => setImmediate(resolve))

/** A stream at an admission whose verdicts are the test's. */
function aStream({ maxInFlightBytes = 1_000_000 } = {}) {
  const tenant = aTenant({ id: 'tenant_a' })
  const offered: Attempt[] = []
  const written: (readonly Judged<number>[])[] = []
  const ends: StreamEnd[] = []
  const budget = makeBudget({ maxInFlight: 100, maxInFlightBytes })
  const state = {
    tenant: tenant as Tenant | 'unknown',
    isFree: true,
    answers: undefined as Verdict | undefined,
    stopping: false,
  }
  const metrics = { judged() {}, batch() {} } as unknown as StreamDeps['metrics']
  const stream = new EventStream<number>(
    {
      tenants: { byKey: () => state.tenant },
      admission: {
        refusal: () => undefined,
        offer(attempt) {
          offered.push(attempt)
          if (state.answers !== undefined) attempt.answer(state.answers)
        },
        settled: async () => {},
      },
      ...{ budget, metrics, tracing: noTracing, log: {} as StreamDeps['log'], logRequests: false },
      clock: { elapsed: () => 0, stopping: () => state.stopping },
    },
    { door: 'grpc', route: '/x', apiKey: 'key', requestId: 'req_1', traceparent: undefined },
    {
      isFree: () => state.isFree,
      write: (judged) => void written.push(judged),
      close: (why) => void ends.push(why),
    },
  )
  const take = (...seqs: number[]) => {
    const events = seqs.map((seq) => ({
      seq,
      piece: {
        ...({ kind: 'event', shape: undefined } as const),
        bytes: Buffer.from(JSON.stringify(anEvent({ event_id: `evt_${seq}` }))),
      },
    }))
    stream.take(events, 100)
  }
  return { stream, take, offered, written, ends, state, budget }
}
const seqs = (written: readonly (readonly Judged<number>[])[]) =>
  written.map((some) => some.map(({ seq }) => seq))

test('events are numbered through the whole stream, and have their keys from themselves', () => {
  const { take, offered } = aStream()
  take(10, 11)
  take(12)
  expect(offered.map(({ requestId }) => requestId)).toEqual(['req_1.0', 'req_1.1', 'req_1.2'])
  expect(offered.map(({ decision }) => decision)).toMatchObject([
    { idempotencyKey: 'evt_10' },
    { idempotencyKey: 'evt_11' },
    { idempotencyKey: 'evt_12' },
  ])
})

test('verdicts of one turn go together, in the order in which they came about', async () => {
  const { stream, take, offered, written } = aStream()
  take(1, 2)
  take(3)
  for (const at of [2, 0]) offered[at]?.answer(accepted())
  expect(written).toEqual([])
  await turn()
  expect([seqs(written), stream.open]).toEqual([[[3, 1]], 1])
})

test('while the outlet is not free verdicts wait, and their events are open', async () => {
  const { stream, take, offered, written, state } = aStream()
  take(1, 2)
  state.isFree = false
  for (const attempt of offered) attempt.answer(accepted())
  await turn()
  expect([written.length, stream.open]).toEqual([0, 2])
  state.isFree = true
  stream.flush()
  expect([seqs(written), stream.open]).toEqual([[[1, 2]], 0])
})

test('verdicts that come before the offer returns are written too', async () => {
  const { take, written, state, budget } = aStream()
  state.answers = accepted()
  take(1, 2, 3)
  await turn()
  expect([seqs(written), budget.bytes]).toEqual([[[1, 2, 3]], 0])
})

test('what does not fit the budget is to be repeated, and costs nothing', async () => {
  const { take, offered, written, budget } = aStream({ maxInFlightBytes: 99 })
  take(1, 2)
  await turn()
  expect(offered).toEqual([])
  expect(written[0]?.map(({ verdict }) => verdict)).toMatchObject([
    { code: 'OVERLOADED' },
    { code: 'OVERLOADED' },
  ])
  expect(budget.bytes).toBe(0)
})

describe('the end', () => {
  test('comes behind the verdicts of what was taken, once, with the first reason', async () => {
    const { stream, take, offered, written, ends } = aStream()
    take(1)
    stream.end('stopping')
    stream.end({ code: 'INVALID_FRAME' })
    take(2)
    expect([offered.length, ends]).toEqual([1, []])
    offered[0]?.answer(accepted())
    await turn()
    expect([seqs(written), ends]).toEqual([[[1]], ['stopping']])
    stream.flush()
    expect(ends).toHaveLength(1)
  })

  test('of a stream on which nothing is open comes at once', () => {
    const { stream, ends } = aStream()
    stream.end('finished')
    expect(ends).toEqual(['finished'])
  })

  test('comes when the key is not in force any more: nothing more is taken', async () => {
    const { stream, take, offered, ends, state } = aStream()
    take(1)
    state.tenant = 'unknown'
    take(2)
    expect([offered.length, stream.isEnding, ends]).toEqual([1, true, []])
    offered[0]?.answer(accepted())
    await turn()
    expect(ends).toEqual([{ code: 'UNAUTHORIZED' }])
  })

  test('is not told to a client that has gone; what is at the admission goes its way unheard', async () => {
    const { stream, take, offered, written, ends, budget } = aStream()
    take(1, 2)
    expect([stream.abandon(), stream.abandon()]).toEqual([true, false])
    for (const attempt of offered) attempt.answer(accepted())
    stream.end('stopping')
    await turn()
    expect([written, ends, budget.bytes]).toEqual([[], [], 0])
  })
})
