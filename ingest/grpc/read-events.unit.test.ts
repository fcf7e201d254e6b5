import { expect, test } from 'bun:test'
import { makeBudget } from '../budget.ts'
import { aCall, messageOf, wireEvents } from './builders.ts'
import { readEvents } from './read-events.ts'

const tick = () => new Promise((resolve) => process.nextTick(resolve))

/** A reader of a call whose stream may have ten events open. */
function aReading() {
  const stream = { open: 0, window: 10 }
  const state = { hasRoom: true, noRoom: 0, ended: false }
  const taken: number[] = []
  const budget = makeBudget({ maxInFlight: 100, maxInFlightBytes: 1_000 })
  const { call, send, halfClose } = aCall<never>(budget)
  const reading = readEvents(call, stream, {
    take({ events }) {
      taken.push(events?.length ?? 0)
      stream.open += events?.length ?? 0
    },
    hasRoom: () => state.hasRoom,
    noRoom: () => void state.noRoom++,
    ended() {
      state.ended = true
    },
  })
  return {
    stream,
    state,
    taken,
    reading,
    budget,
    halfClose,
    send: (n: number) => send(...wireEvents(n)),
  }
}

test('messages are taken until as many events are open as may be, and on when half of them have their verdicts', async () => {
  const { stream, taken, reading, send } = aReading()
  send(4)
  send(6)
  send(1)
  expect(taken).toEqual([4, 6])
  for (const open of [9, 6]) {
    stream.open = open
    reading.goOn()
    await tick()
  }
  expect(taken).toEqual([4, 6])
  stream.open = 5
  reading.goOn()
  await tick()
  expect(taken).toEqual([4, 6, 1])
  send(2)
  expect(taken).toEqual([4, 6, 1, 2])
})

test('a message of more than may be open is taken, and nothing behind it', () => {
  const { taken, send } = aReading()
  send(50)
  send(1)
  expect(taken).toEqual([50])
})

test('a reader whose window has become smaller than what is open goes on when all have their verdicts', async () => {
  const { stream, taken, reading, send } = aReading()
  send(10)
  send(1)
  stream.window = 1
  stream.open = 0
  reading.goOn()
  await tick()
  expect(taken).toEqual([10, 1])
})

test('without room a message is taken each time that somebody looks after the call, and no other', async () => {
  const { stream, state, taken, reading, send } = aReading()
  state.hasRoom = false
  send(1)
  send(1)
  stream.open = 0
  reading.goOn()
  await tick()
  expect(taken).toEqual([1])
  reading.attend()
  await tick()
  expect(taken).toEqual([1, 1])
  send(1)
  expect(taken).toEqual([1, 1])
})

test('its end is heard also while messages are held back', () => {
  const { state, send, halfClose } = aReading()
  send(10)
  halfClose()
  expect(state.ended).toBe(true)
})

test('a message that is held back counts in the budget until it passes', async () => {
  const { stream, taken, reading, budget, send } = aReading()
  send(10)
  expect(budget.bytes).toBe(0)
  send(2)
  expect(budget.bytes).toBe(messageOf(wireEvents(2)).length)
  stream.open = 0
  reading.goOn()
  await tick()
  expect([taken, budget.bytes]).toEqual([[10, 2], 0])
})

test('one that does not fit there never comes, and its method is told', async () => {
  const { state, taken, reading, budget, send } = aReading()
  send(10)
  send(100)
  expect([state.noRoom, budget.bytes]).toEqual([1, 0])
  reading.attend()
  await tick()
  expect(taken).toEqual([10])
})
