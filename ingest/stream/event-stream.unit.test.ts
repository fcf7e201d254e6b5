import { describe, expect, test } from 'bun:test'
import { anEvent } from '../../contracts/builders.ts'
import { eventsService } from '../../contracts/events-service.ts'
import { givenAtMs, requestIdFrom } from '../../contracts/request-id.ts'
import { until } from '../../infra/harness/until.ts'
import { verdictOf } from '../grpc/messages.ts'
import type { Verdict } from '../verdict.ts'
import { ackText } from '../websocket/messages.ts'
import { accepted, streamDeps } from './builders.ts'
import { EventStream, type Judged, type StreamEnd } from './event-stream.ts'

const turn = () => new Promise((resolve) => setImmediate(resolve))
const openedMs = Date.UTC(2026, 0, 2)
const requestId = requestIdFrom(openedMs, crypto.randomUUID())

/** A stream at an admission whose verdicts are the test's. */
function aStream(limits: Parameters<typeof streamDeps>[0] = {}) {
  const { deps, offered, state, budget } = streamDeps(limits)
  const written: (readonly Judged<number>[])[] = []
  const ends: StreamEnd[] = []
  const outlet = { isFree: true }
  const stream = new EventStream<number>(
    deps,
    { door: 'grpc', route: '/x', apiKey: 'key', requestId, traceparent: undefined },
    {
      isFree: () => outlet.isFree,
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
  return { stream, take, offered, written, ends, state, outlet, budget }
}
const seqs = (written: readonly (readonly Judged<number>[])[]) =>
  written.map((some) => some.map(({ seq }) => seq))

test('events are numbered through the whole stream, and have their keys from themselves', () => {
  const { take, offered } = aStream()
  take(10, 11)
  take(12)
  expect(offered.map((event) => event.requestId)).toEqual([0, 1, 2].map((n) => `${requestId}.${n}`))
  expect(offered.map(({ decision }) => decision)).toMatchObject([
    { idempotencyKey: 'evt_10' },
    { idempotencyKey: 'evt_11' },
    { idempotencyKey: 'evt_12' },
  ])
})

test('an event’s id tells when it came, however long ago its stream was opened', () => {
  const { take, offered, state } = aStream()
  take(1)
  state.nowMs = openedMs + 36_000_000
  take(2, 3)
  expect(offered.map((event) => givenAtMs(event.requestId))).toEqual([
    ...[openedMs, openedMs + 36_000_000, openedMs + 36_000_000],
  ])
  expect(new Set(offered.map((event) => event.requestId)).size).toBe(3)
})

describe('verdicts', () => {
  test('of some turns go together while others are open, in the order in which they came about', async () => {
    const { stream, take, offered, written } = aStream()
    take(...Array.from({ length: 60 }, (_, seq) => seq))
    const answered = offered.slice(0, 50).reverse()
    for (const attempt of answered) {
      attempt.answer(accepted())
      await turn()
    }
    await until('they are written', () => stream.open === 10)
    expect(seqs(written).flat()).toEqual(Array.from({ length: 50 }, (_, i) => 49 - i))
    // A turn takes microseconds; on a machine that is busy some of them are longer than verdicts wait.
    expect(written.length).toBeLessThan(25)
  })

  test('wait for no others when all that are open are among them', async () => {
    const { stream, take, offered, written } = aStream()
    take(1, 2)
    for (const attempt of offered) attempt.answer(accepted())
    expect(written).toEqual([])
    await turn()
    expect([seqs(written), stream.open]).toEqual([[[1, 2]], 0])
  })

  test('wait for no others when they are many', async () => {
    const { take, offered, written } = aStream()
    take(...Array.from({ length: 200 }, (_, seq) => seq))
    for (const attempt of offered.slice(0, 100)) attempt.answer(accepted())
    await turn()
    expect(seqs(written).map(({ length }) => length)).toEqual([100])
  })

  test('of more events than a message may have go in several', async () => {
    const { take, offered, written, outlet, stream } = aStream()
    outlet.isFree = false
    for (let from = 0; from < 2_500; from += 500)
      take(...Array.from({ length: 500 }, (_, i) => from + i))
    for (const attempt of offered) attempt.answer(accepted())
    await turn()
    outlet.isFree = true
    stream.flush()
    expect(seqs(written).map(({ length }) => length)).toEqual([1000, 1000, 500])
    expect(seqs(written).flat()).toEqual(Array.from({ length: 2_500 }, (_, seq) => seq))
  })
})

describe('what was found in events', () => {
  const field = '/'.padEnd(255, '\u0001')
  const finding = { code: 'FIELD_INVALID', path: field, message: `${field} is wrong` } as const
  const findings = new Array(24).fill(finding)

  test.each([
    ['refused', { kind: 'rejected', code: 'INVALID_EVENT', findings, quota: undefined }],
    ['warned of', accepted('req_1.1', { warnings: findings })],
  ] as const)(
    'of a thousand that are %s goes in as many messages as clients take',
    async (_, verdict) => {
      const { stream, written, state, take } = aStream()
      state.answers = verdict as Verdict
      take(...Array.from({ length: 1_000 }, (_, seq) => seq))
      await until('all verdicts are written', () => stream.open === 0)
      expect(seqs(written).flat()).toEqual(Array.from({ length: 1_000 }, (_, seq) => seq))
      for (const judged of written) {
        expect(ackText(judged, 1).length).toBeLessThan(4 * 1_048_576 - 65_536)
        const verdicts = judged.map(verdictOf)
        const { length } = eventsService.publishStream.responseSerialize({ verdicts })
        expect(length).toBeLessThan(4 * 1_048_576)
      }
      expect(written.length).toBeLessThan(50)
    },
  )
})

describe('how many events it may have open', () => {
  test('is no more than the process may have under way', () => {
    expect(aStream({ maxInFlight: 5 }).stream.window).toBe(5)
    expect(aStream().stream.window).toBe(1_000)
  })

  test('there is no room while the quota is used up, the process is crowded, or the key is not in force', () => {
    const { stream, state, budget } = aStream({ maxInFlight: 10 })
    expect(stream.hasRoom).toBe(true)
    state.usedUp = true
    expect(stream.hasRoom).toBe(false)
    state.usedUp = false
    budget.take(9, 0)
    expect(stream.hasRoom).toBe(false)
    budget.give(9, 0)
    expect(stream.hasRoom).toBe(true)
    state.tenant = 'unknown'
    expect(stream.hasRoom).toBe(false)
  })
})

test('while the outlet is not free verdicts wait, and their events are open', async () => {
  const { stream, take, offered, written, outlet } = aStream()
  take(1, 2)
  outlet.isFree = false
  for (const attempt of offered) attempt.answer(accepted())
  await turn()
  expect([written.length, stream.open]).toEqual([0, 2])
  outlet.isFree = true
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

test('what an event holds beside its bytes counts too', () => {
  const { take, offered, budget } = aStream()
  take(1, 2)
  expect(budget.bytes).toBe(300)
  for (const attempt of offered) attempt.answer(accepted())
  expect(budget.bytes).toBe(0)
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
