import { expect, test } from 'bun:test'
import { watchOver } from './liveness.ts'

const soon = { answerWithinMs: 1, mostMissed: 3, mostMissedAtStart: 5 }

/** Answers as told, then lives on in silence, or ends; takes requests after so many questions. */
function aWorker(answers: readonly boolean[], { thenEnds = false, opensAfter = 0 } = {}) {
  const { promise: ended, resolve: end } = Promise.withResolvers<{ code: null; signal: null }>()
  let asked = 0
  const count = async () => {
    const answer = answers[asked++]
    if (answer === undefined && thenEnds) end({ code: null, signal: null })
    return answer ?? false
  }
  const worker = {
    ...{ count, ended },
    get isOpen() {
      return asked > opensAfter
    },
  }
  return { worker, asked: () => asked }
}

test('a worker that takes requests and never answers is stuck', async () => {
  const { worker, asked } = aWorker([])
  expect(await watchOver(worker, soon)).toBe('stuck')
  expect(asked()).toBe(4)
})

test('a worker that has not started has longer, and what it missed until then does not count', async () => {
  const { worker, asked } = aWorker([], { opensAfter: 4 })
  expect(await watchOver(worker, soon)).toBe('stuck')
  expect(asked()).toBe(8)
})

test('a worker that never starts is stuck', async () => {
  const { worker, asked } = aWorker([], { opensAfter: 9 })
  expect(await watchOver(worker, soon)).toBe('stuck')
  expect(asked()).toBe(5)
})

test('one answer clears what was missed before', async () => {
  const { worker, asked } = aWorker([false, false, true, false, false, true])
  expect(await watchOver(worker, soon)).toBe('stuck')
  expect(asked()).toBe(9)
})

test('a worker that ends is not stuck', async () => {
  const { worker, asked } = aWorker([true, true], { thenEnds: true })
  expect(await watchOver(worker, soon)).toBe('ended')
  expect(asked()).toBe(3)
})
