import { expect, test } from 'bun:test'
import { makeTypeLabels } from './type-labels.ts'

test('the first 200 types have a label of their own, all later ones share one', () => {
  const labelOf = makeTypeLabels()
  const labels = Array.from({ length: 1000 }, (_, i) => labelOf(`type_${i}`))
  expect(new Set(labels).size).toBe(201)
  expect(labels[199]).toBe('type_199')
  expect(labels[200]).toBe('other')
  expect(labelOf('type_0')).toBe('type_0')
  expect(labelOf('type_200')).toBe('other')
})

test('what has no type that can be read is unknown, and takes no place', () => {
  const labelOf = makeTypeLabels()
  expect(labelOf('')).toBe('unknown')
  for (let i = 0; i < 200; i++) expect(labelOf(`type_${i}`)).toBe(`type_${i}`)
})
