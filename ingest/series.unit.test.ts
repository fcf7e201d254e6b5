import { expect, test } from 'bun:test'
import { once2, onceForFirst } from './series.ts'

test('a pair of names has one, which is made once', () => {
  let made = 0
  const one = once2((first: string, second: string) => ({ name: first + second, made: ++made }))
  expect(one('a', 'b')).toBe(one('a', 'b'))
  expect(one('a', 'c')).not.toBe(one('a', 'b'))
  expect(made).toBe(2)
})

test('beyond the first names all the others share one', () => {
  const made: string[] = []
  const one = onceForFirst(2, '(other)', (name) => made.push(name))
  for (const name of ['a', 'b', 'c', 'a', 'd', 'b']) one(name)
  expect(made).toEqual(['a', 'b', '(other)'])
})

test('where nobody has one of their own, all share one', () => {
  const one = onceForFirst(0, '(other)', (name) => ({ name }))
  expect(one('a')).toBe(one('b'))
})
