import { expect, test } from 'bun:test'
import { openStage } from './stage.ts'

function aStage(withinMs = 20_000) {
  const shown: string[] = []
  const stage = openStage({ write: (text) => void shown.push(text) }, { paceMs: 0, withinMs })
  return { stage, shown: () => shown.join('') }
}

test('a check that passes is told with what it found, which is its result', async () => {
  const { stage, shown } = aStage()
  let asked = 0
  const found = await stage.check(
    'it comes',
    async () => ++asked > 1 && { n: 7 },
    ({ n }) => `n is ${n}`,
  )
  expect(found).toEqual({ n: 7 })
  expect(shown()).toBe('  ✓ it comes  n is 7\n')
  expect(stage.outcome).toEqual({ passed: 1, failed: [] })
})

test('a check that fails is told with the reason, and the rest goes on', async () => {
  const { stage, shown } = aStage(30)
  const found = await stage.check('it comes', async () => {
    throw new Error('nobody is there')
  })
  expect(found).toBeUndefined()
  expect(shown()).toStartWith('  ✗ it comes\n')
  expect(shown()).toContain('nobody is there')
  expect(stage.outcome).toEqual({ passed: 0, failed: ['it comes'] })
})

test('what is shown stands behind a line', () => {
  const { stage, shown } = aStage()
  stage.show('{\n  "a": 1\n}')
  expect(shown()).toBe('  │ {\n  │   "a": 1\n  │ }\n')
})
