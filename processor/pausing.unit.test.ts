import { expect, test } from 'bun:test'
import { recordOf } from '../contracts/control-builders.ts'
import { type ControlState, emptyControl, foldControl } from '../contracts/control-state.ts'
import { makePausing } from './pausing.ts'

let version = 0
const control = (paused: boolean, reason?: string): ControlState => {
  const entity = {
    kind: 'pipeline',
    version: ++version,
    paused,
    ...(reason && { reason }),
  } as const
  return foldControl(emptyControl, [recordOf(entity)]).state
}

/** Work that goes on until it is stopped, and whether it is at it. */
function start() {
  const told: unknown[] = []
  const pausing = makePausing((paused) => told.push(paused))
  const stop = new AbortController()
  const events: string[] = []
  const work = (signal: AbortSignal) => {
    events.push('begins')
    return new Promise<void>((resolve) =>
      signal.addEventListener('abort', () => {
        events.push('ends')
        resolve()
      }),
    )
  }
  const ended = pausing.between(work, stop.signal)
  const settled = () => new Promise<void>((resolve) => setImmediate(resolve))
  return { ...pausing, told, events, ended, settled, stop }
}

test('nothing begins before it is known whether it may', async () => {
  const { feed, events, settled } = start()
  await settled()
  expect(events).toEqual([])
  feed.known(emptyControl)
  await settled()
  expect(events).toEqual(['begins'])
})

test('where control cannot be read, work begins', async () => {
  const { feed, events, told, settled } = start()
  feed.unknown()
  await settled()
  expect(events).toEqual(['begins'])
  expect(told).toEqual([])
})

test('work ends when it is paused, and begins again when it is resumed', async () => {
  const { feed, events, told, settled } = start()
  feed.known(emptyControl)
  await settled()
  feed.known(control(true, 'moving house'))
  await settled()
  expect(events).toEqual(['begins', 'ends'])
  feed.known(control(false))
  await settled()
  expect(events).toEqual(['begins', 'ends', 'begins'])
  expect(told).toEqual([{ reason: 'moving house' }, undefined])
})

test('a pause stays while control cannot be read', async () => {
  const { feed, events, settled } = start()
  feed.known(control(true))
  feed.unknown()
  await settled()
  expect(events).toEqual([])
})

test('what says the same again is told once', async () => {
  const { feed, told, settled } = start()
  feed.known(control(true, 'a'))
  feed.known(control(true, 'a'))
  feed.known(control(true, 'b'))
  await settled()
  expect(told).toEqual([{ reason: 'a' }, { reason: 'b' }])
})

test('it ends with the process, paused or at work', async () => {
  const working = start()
  working.feed.known(emptyControl)
  await working.settled()
  working.stop.abort()
  await working.ended
  expect(working.events).toEqual(['begins', 'ends'])
  const paused = start()
  paused.feed.known(control(true))
  paused.stop.abort()
  await paused.ended
  expect(paused.events).toEqual([])
})
