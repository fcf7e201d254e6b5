import { expect, test } from 'bun:test'
import type { PublishStreamResponse } from '../../contracts/events-service.ts'
import type { Refusal } from '../refusal.ts'
import { accepted, streamDeps } from '../stream/builders.ts'
import { aCall, aCallContext, aWireEvent, messageOf, wireEvents } from './builders.ts'
import { makePublishStream } from './publish-stream.ts'

const turn = () => new Promise((resolve) => setImmediate(resolve))

function aPublishStream(limits: Parameters<typeof streamDeps>[0] = {}) {
  const { deps, ...rest } = streamDeps(limits)
  const client = aCall<PublishStreamResponse>(rest.budget)
  const ends: (Refusal | undefined)[] = []
  makePublishStream(deps, { maxEventBytes: 1_000 })(
    client.call,
    aCallContext(),
    (refusal) => void ends.push(refusal),
  )
  const seqs = () => client.written.map(({ verdicts }) => verdicts.map(({ seq }) => Number(seq)))
  return { ...rest, ...client, ends, seqs }
}

test('one message of verdicts is on its way: what comes about meanwhile goes with the next', async () => {
  const { send, offered, seqs, read } = aPublishStream()
  send(...wireEvents(2))
  for (const attempt of offered) attempt.answer(accepted())
  await turn()
  for (const seq of [2, 3, 4]) {
    send(...wireEvents(1, seq))
    offered[seq]?.answer(accepted())
    await turn()
  }
  expect(seqs()).toEqual([[0, 1]])
  read()
  expect(seqs()).toEqual([
    [0, 1],
    [2, 3, 4],
  ])
})

test('a client that does not read is read no further than its window', async () => {
  const { send, state, offered, read, written } = aPublishStream()
  state.answers = accepted()
  for (let seq = 0; seq < 2_000; seq += 100) {
    send(...wireEvents(100, seq))
    await turn()
  }
  // The first hundred have left; a thousand behind them have not.
  expect([offered.length, written.length]).toEqual([1_100, 1])
  read()
  await turn()
  expect(offered.length).toBeGreaterThan(1_100)
})

test('a message of more events than may be open ends the stream, behind the verdicts of what came before', async () => {
  const { send, offered, ends, written, read, budget } = aPublishStream()
  send(...wireEvents(1))
  send(...wireEvents(1_001))
  expect([offered.length, ends]).toEqual([1, []])
  offered[0]?.answer(accepted())
  await turn()
  expect(ends).toMatchObject([{ code: 'BATCH_TOO_LARGE' }])
  read()
  expect([written.length, budget.bytes]).toEqual([1, 0])
})

test('a tenant whose quota is used up is heard once a second', async () => {
  const { send, state, attended, written, read } = aPublishStream()
  state.usedUp = true
  send(...wireEvents(3))
  send(...wireEvents(3, 3))
  await turn()
  read()
  await turn()
  expect(written.length).toBe(1)
  for (const stream of attended) stream.attend()
  await turn()
  await turn()
  expect(written.length).toBe(2)
})

test('a client that goes away ends it, once', () => {
  const { send, offered, vanish, ended, attended, ends } = aPublishStream()
  send(...wireEvents(1))
  vanish()
  vanish()
  offered[0]?.answer(accepted())
  expect([ended, attended.size, ends]).toEqual([['CLIENT_GONE'], 0, []])
})

test.each([
  [
    'a field that nobody knows',
    {},
    Buffer.from([0x7a, 0xc0, 0x84, 0x3d, ...Buffer.alloc(1_000_000)]),
  ],
  ['a key', { idempotency_key: 'k'.repeat(1_000_000) }, Buffer.alloc(0)],
] as const)(
  'a message counts whole: its events hold it, also where it is mostly %s',
  async (_, given, rest) => {
    const { sendBytes, offered, budget } = aPublishStream()
    sendBytes(Buffer.concat([messageOf([aWireEvent(given)]), rest]))
    expect(offered.length).toBe(1)
    expect(budget.bytes).toBeGreaterThan(1_000_000)
    offered[0]?.answer(accepted())
    expect(budget.bytes).toBe(0)
  },
)

test('a message that would have to wait and does not fit ends the stream, behind the verdicts of what came before', async () => {
  const { send, offered, ends, written, vanish, budget } = aPublishStream({
    maxInFlightBytes: 170_000,
  })
  send(...wireEvents(1_000))
  send(...wireEvents(1_000, 1_000))
  expect([offered.length, ends]).toEqual([1_000, []])
  for (const attempt of offered) attempt.answer(accepted())
  await turn()
  expect([written.length, ends]).toMatchObject([1, [{ code: 'OVERLOADED', retryAfterSeconds: 1 }]])
  vanish()
  expect(budget.bytes).toBe(0)
})

test('one that waits gives its room back when its client goes away', () => {
  const { send, state, budget, vanish } = aPublishStream()
  state.usedUp = true
  state.answers = accepted()
  send(...wireEvents(1))
  send(...wireEvents(1))
  expect(budget.bytes).toBeGreaterThan(0)
  vanish()
  expect(budget.bytes).toBe(0)
})
