import { expect, test } from 'bun:test'
import { readCommandLine } from './command-line.ts'

const read = (line: string) => readCommandLine(line.split(' ').filter((word) => word !== ''))
const problems = (line: string) => {
  const wrong = read(line)
  return wrong.is === 'wrong' ? wrong.problems : []
}
const run = { is: 'run', partition: undefined, json: false, runtime: undefined } as const

test.each([
  ['--to earliest', { where: { to: 'earliest' } }],
  ['--to 2026-01-02T20:00:00Z', { where: { to: 'instant', ms: Date.UTC(2026, 0, 2, 20) } }],
  ['--to 1200 --partition 3', { where: { to: 'offset', offset: 1200n }, partition: 3 }],
  [
    '--to earliest --json --runtime here.json',
    { where: { to: 'earliest' }, json: true, runtime: 'here.json' },
  ],
])('%s', (line, expected) => {
  expect(read(line)).toEqual({ ...run, ...expected } as never)
})

test.each([
  ['', '--to must be'],
  ['--to', '--to needs a value'],
  ['--to yesterday', '--to must be'],
  ['--to 2026-01-02', '--to must be'],
  ['--to -5', '--to'],
  ['--to 12', 'add --partition'],
  ['--to earliest --partition x', '--partition must be'],
  ['--to earliest --fast', 'there is no --fast'],
  ['--to earliest now', "'now' is not expected"],
])('%p is refused with what is allowed', (line, said) => {
  expect(problems(line).join('\n')).toInclude(said)
})

test('every problem is named at once', () => {
  expect(problems('--to yesterday --partition x --fast')).toHaveLength(3)
})

test('help beats everything', () => {
  expect(read('--to yesterday --help')).toEqual({ is: 'help' })
})
