import { expect, test } from 'bun:test'
import type { Answer } from './outage.ts'
import { makeRemembered } from './remembered.ts'

const ages = { freshMs: 10, oldMs: 100 }
const failure = (isCutOff: boolean, ms: number): Answer<number> => ({
  ok: false,
  outage: { kind: 'too-slow', why: 'x' },
  ms,
  isCutOff,
})

function aQuestion(costMs = 60, given: Parameters<typeof makeRemembered>[1] = ages) {
  let asked = 0
  let clock = 0
  let fails: Answer<number> | undefined
  const ask = makeRemembered<number>(
    async () => {
      asked++
      return fails ?? { ok: true, value: asked, ms: costMs }
    },
    given,
    () => clock,
  )
  const value = async () => {
    const answer = await ask()
    return answer.ok ? answer.value : undefined
  }
  return {
    value,
    asked: () => asked,
    passes: (ms: number) => {
      clock += ms
    },
    breaks: () => {
      fails = failure(false, costMs)
    },
    isCutOff: () => {
      fails = failure(true, costMs)
    },
    mends: () => {
      fails = undefined
    },
  }
}

test('what is fresh is told again, and what is older is told while it is asked anew', async () => {
  const { value, passes, asked } = aQuestion()
  expect([await value(), await value()]).toEqual([1, 1])
  passes(11)
  expect(await value()).toBe(1)
  expect(asked()).toBe(2)
  expect(await value()).toBe(2)
})

test('what is quick to ask is asked again soon, and waited for', async () => {
  const { value, passes } = aQuestion(0.05)
  await value()
  passes(0.5)
  expect(await value()).toBe(1)
  passes(2)
  expect(await value()).toBe(2)
})

test('what is old is waited for', async () => {
  const { value, passes } = aQuestion()
  await value()
  passes(101)
  expect(await value()).toBe(2)
})

test('who asks at once shares one question', async () => {
  const { value, asked } = aQuestion()
  expect(await Promise.all([value(), value(), value()])).toEqual([1, 1, 1])
  expect(asked()).toBe(1)
})

test('a failure is told, and what was known before is not told after it', async () => {
  const { value, passes, breaks } = aQuestion()
  await value()
  breaks()
  passes(11)
  await value()
  expect(await value()).toBeUndefined()
})

test('what was cut off for a moment does not take away what is known, until that is old', async () => {
  const { value, passes, isCutOff, mends, asked } = aQuestion()
  await value()
  passes(40)
  isCutOff()
  expect([await value(), await value(), await value()]).toEqual([1, 1, 1])
  expect(asked()).toBe(2)
  passes(59)
  expect(await value()).toBe(1)
  expect(asked()).toBe(2)
  passes(2)
  expect(await value()).toBeUndefined()
  mends()
  passes(101)
  expect(await value()).toBe(4)
})

test('what was known is asked again once it is old, though it was cut off not long ago', async () => {
  const { value, passes, isCutOff, mends } = aQuestion()
  await value()
  passes(90)
  isCutOff()
  await value()
  mends()
  passes(11)
  expect(await value()).toBe(3)
})

test('what was cut off is not asked again for twenty times what it took, if so long is allowed', async () => {
  const cutOffMs = Number.POSITIVE_INFINITY
  const { value, passes, isCutOff, mends, asked } = aQuestion(3000, { ...ages, cutOffMs })
  isCutOff()
  expect(await value()).toBeUndefined()
  passes(59_000)
  mends()
  expect(await value()).toBeUndefined()
  expect(asked()).toBe(1)
  passes(2000)
  expect(await value()).toBe(2)
})

test('what was not answered at all is asked again at once', async () => {
  const { value, breaks, mends } = aQuestion(3000)
  breaks()
  expect(await value()).toBeUndefined()
  mends()
  expect(await value()).toBe(2)
})
