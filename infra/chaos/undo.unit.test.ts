import { expect, test } from 'bun:test'
import { makeUndo } from './undo.ts'

test('what was added last is undone first, and nothing twice', async () => {
  const undo = makeUndo()
  const undone: number[] = []
  for (const n of [1, 2, 3]) undo.add(() => undone.push(n))
  await undo.all()
  await undo.all()
  expect(undone).toEqual([3, 2, 1])
})

test('what cannot be undone, or takes too long, is told and keeps nothing else from it', async () => {
  const undo = makeUndo(10)
  const undone: string[] = []
  undo.add(() => undone.push('first'))
  undo.add(() => Promise.reject(new Error('it is in use')))
  undo.add(() => new Promise(() => {}))
  await expect(undo.all()).rejects.toThrow('not undone within 10 ms')
  await undo.all()
  expect(undone).toEqual(['first'])
})

test('who asks meanwhile waits for what is being undone', async () => {
  const undo = makeUndo()
  const { promise, resolve } = Promise.withResolvers<void>()
  let undone = false
  undo.add(() => promise.then(() => (undone = true)))
  const first = undo.all()
  const second = undo.all().then(() => undone)
  resolve()
  await first
  expect(await second).toBe(true)
})
