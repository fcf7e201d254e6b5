import { expect, test } from 'bun:test'
import { javaMajor } from './java.ts'

test('the version of Java is read from what it says of itself', () => {
  expect(javaMajor('openjdk 17.0.17 2025-10-21\nOpenJDK Runtime Environment')).toBe(17)
  expect(javaMajor('java 21 2023-09-19 LTS')).toBe(21)
  expect(javaMajor('openjdk 25-ea 2025-09-16')).toBe(25)
  expect(javaMajor('')).toBeUndefined()
  expect(javaMajor(undefined)).toBeUndefined()
})
