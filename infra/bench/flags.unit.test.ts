import { expect, test } from 'bun:test'
import { commandOf, helpText, readFlags } from './flags.ts'

const names = ['end-to-end', 'generator']
const read = (...args: string[]) => readFlags(args, names)
const problems = (...args: string[]) => {
  const flags = read(...args)
  return flags.ok ? [] : flags.problems
}

test('a bench runs five times, and twice when it is quick', () => {
  expect(read('generator')).toEqual({
    ok: true,
    flags: { name: 'generator', quick: false, runs: 5 },
  })
  expect(read('--quick', 'generator')).toMatchObject({ flags: { quick: true, runs: 2 } })
  expect(read('generator', '--runs', '9')).toMatchObject({ flags: { runs: 9 } })
  expect(read('generator', '--quick', '--runs=1')).toMatchObject({ flags: { runs: 1 } })
})

test('what is kept has five runs at least', () => {
  expect(problems('generator', '--runs', '4')).toEqual([
    'fewer than 5 runs are not kept: add --quick',
  ])
})

test('a missing, unknown or second name is answered with the names', () => {
  const wrong = ['give the name of one bench: end-to-end, generator']
  expect(problems()).toEqual(wrong)
  expect(problems('speed')).toEqual(wrong)
  expect(problems('generator', 'end-to-end')).toEqual(wrong)
})

test('every bad flag is named', () => {
  const found = problems('generator', '--fast', '--runs', 'many', '--quick=no')
  expect(found).toContain("--runs must be a whole number from 1 to 99, not 'many'")
  expect(found).toContain('--fast is not a flag. Flags: --quick --runs N')
  expect(found).toContain('--quick is not a flag. Flags: --quick --runs N')
})

test('a command is read as what it says', () => {
  for (const text of ['generator', 'generator --runs 7', 'end-to-end --quick --runs 1']) {
    const flags = read(...text.split(' '))
    expect(flags.ok && commandOf(flags.flags)).toBe(`bun run bench ${text}`)
  }
  expect(commandOf({ name: 'generator', quick: true, runs: 2 })).toBe(
    'bun run bench generator --quick',
  )
})

test('the help names the benches', () => {
  expect(helpText(names)).toContain('end-to-end, generator')
})
