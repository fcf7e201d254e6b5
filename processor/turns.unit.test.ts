import { expect, test } from 'bun:test'
import { makeTurns } from './turns.ts'

/** Work that ends when it is told to, and what has begun. */
function observed(atATime: number) {
  const turns = makeTurns(atATime)
  const begun: number[] = []
  const ends: PromiseWithResolvers<number>[] = []
  const run = (n: number) => {
    const end = Promise.withResolvers<number>()
    ends[n] = end
    return turns.run(() => {
      begun.push(n)
      return end.promise
    })
  }
  return { begun, ends, run }
}
const settle = () => new Promise(setImmediate)

test('so many work at a time, the others in the order in which they asked', async () => {
  const { begun, ends, run } = observed(2)
  const done = [run(0), run(1), run(2), run(3)]
  await settle()
  expect(begun).toEqual([0, 1])
  ends[1]?.resolve(1)
  await settle()
  expect(begun).toEqual([0, 1, 2])
  for (const [n, end] of ends.entries()) end.resolve(n)
  expect(await Promise.all(done)).toEqual([0, 1, 2, 3])
})

test('work that fails gives up its turn', async () => {
  const { begun, ends, run } = observed(1)
  const failing = run(0)
  const next = run(1)
  await settle()
  ends[0]?.reject(new Error('refused'))
  await expect(failing).rejects.toThrow('refused')
  await settle()
  expect(begun).toEqual([0, 1])
  ends[1]?.resolve(1)
  expect(await next).toBe(1)
})

test('a turn that nobody waits for is there for the next', async () => {
  const { begun, ends, run } = observed(1)
  const first = run(0)
  await settle()
  ends[0]?.resolve(0)
  await first
  void run(1)
  await settle()
  expect(begun).toEqual([0, 1])
})
