import { expect, test } from 'bun:test'
import { below } from '../contracts/builders.ts'
import { seeded } from '../contracts/seeded.ts'
import { makeRetryQueue } from './retry-queue.ts'

test('what is due first comes first, whatever the order in which it was added', () => {
  const random = seeded(3)
  const queue = makeRetryQueue<number>()
  const kept: number[] = []
  for (let i = 0; i < 2000; i++) {
    if (below(3, random) > 0) {
      const due = below(500, random)
      queue.add(due, due)
      kept.push(due)
    } else {
      kept.sort((a, b) => b - a)
      expect(queue.next()).toBe(kept.at(-1) ?? Number.POSITIVE_INFINITY)
      expect(queue.take()).toBe(kept.pop())
    }
    expect(queue.size()).toBe(kept.length)
  }
})

test('what is due at one time comes in the order in which it was added', () => {
  const queue = makeRetryQueue<number>()
  for (let i = 0; i < 100; i++) queue.add(i % 3, i)
  const taken = Array.from({ length: 100 }, () => queue.take() ?? -1)
  expect(taken).toEqual(taken.toSorted((a, b) => (a % 3) - (b % 3) || a - b))
})

test('an empty queue has nothing and never has', () => {
  const queue = makeRetryQueue<string>()
  expect([queue.next(), queue.peek() ?? queue.take(), queue.size()]).toEqual([
    Number.POSITIVE_INFINITY,
    undefined,
    0,
  ])
})
