import { expect, test } from 'bun:test'
import { until } from './until.ts'

test('the first answer that is not false or missing is the result', async () => {
  const answers = [false, null, undefined, 0]
  expect(await until('a number', () => answers.shift())).toBe(0)
})

test('a probe may throw while the condition is not met', async () => {
  let calls = 0
  const probe = () => {
    if (++calls < 3) throw new Error('not yet')
    return calls
  }
  expect(await until('the third call', probe)).toBe(3)
})

test('the error says what was awaited and what was seen last', async () => {
  const probe = () => {
    throw new Error('lag is 7')
  }
  await expect(until('lag 0', probe, 30)).rejects.toThrow(
    /not within 30 ms: lag 0; last seen: .*lag is 7/s,
  )
})
