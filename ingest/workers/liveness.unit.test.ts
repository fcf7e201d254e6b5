import { expect, test } from 'bun:test'
import { watchOver } from './liveness.ts'

const soon = { answerWithinMs: 1, mostMissed: 3 }

/** Answers as told, then lives on in silence, or ends. */
function aWorker(answers: readonly boolean[], thenEnds = false) {
  const { promise: ended, resolve: end } = Promise.withResolvers<{ code: null; signal: null }>()
  let asked = 0
  const count = async () => {
    const answer = answers[asked++]
    if (answer === undefined && thenEnds) end({ code: null, signal: null })
    return answer ?? false
  }
  return { worker: { count, ended }, asked: () => asked }
}

test('a worker that never answers is stuck', async () => {
  const { worker, asked } = aWorker([])
  expect(await watchOver(worker, soon)).toBe('stuck')
  expect(asked()).toBe(3)
})

test('one answer clears what was missed before', async () => {
  const { worker, asked } = aWorker([false, false, true, false, false, true])
  expect(await watchOver(worker, soon)).toBe('stuck')
  expect(asked()).toBe(9)
})

test('a worker that ends is not stuck', async () => {
  const { worker, asked } = aWorker([true, true], true)
  expect(await watchOver(worker, soon)).toBe('ended')
  expect(asked()).toBe(3)
})
