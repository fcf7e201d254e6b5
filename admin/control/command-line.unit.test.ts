import { describe, expect, test } from 'bun:test'
import { readCommandLine } from './command-line.ts'
import { commands, flags } from './grammar.ts'
import { helpText } from './help.ts'

const read = (line: string) => readCommandLine(line === '' ? [] : line.split(' '))
const commandOf = (line: string) => {
  const found = read(line)
  if (found.is !== 'run') throw new Error(JSON.stringify(found))
  return found.command
}
const problemsOf = (line: string) => {
  const found = read(line)
  return found.is === 'wrong' ? found.problems : []
}
const day = 24 * 60 * 60 * 1000

describe('commands', () => {
  test.each([
    ['', { is: 'list' }],
    ['list', { is: 'list' }],
    ['tenant set acme', { is: 'tenant set', tenant: 'acme' }],
    ['tenant set acme --disabled', { is: 'tenant set', tenant: 'acme', disabled: true }],
    ['tenant set acme --enabled', { is: 'tenant set', tenant: 'acme', disabled: false }],
    [
      'tenant set --validation strict acme',
      { is: 'tenant set', tenant: 'acme', validation: 'strict' },
    ],
    ['limit set acme --events 0', { is: 'limit set', tenant: 'acme', events: 0 }],
    [
      'limit set acme --events=unlimited --bytes default',
      { is: 'limit set', tenant: 'acme', events: 'unlimited', bytes: 'default' },
    ],
    ['key create acme my-laptop.2', { is: 'key create', tenant: 'acme', name: 'my-laptop.2' }],
    ['key rotate acme laptop', { is: 'key rotate', tenant: 'acme', key: 'laptop', overlapMs: day }],
    [
      'key rotate acme laptop --overlap 0',
      { is: 'key rotate', tenant: 'acme', key: 'laptop', overlapMs: 0 },
    ],
    [
      'key rotate acme 0123456789 --overlap 90d',
      { is: 'key rotate', tenant: 'acme', key: '0123456789', overlapMs: 90 * day },
    ],
    ['key revoke acme laptop', { is: 'key revoke', tenant: 'acme', key: 'laptop' }],
    ['key revoke acme -', { is: 'key revoke', tenant: 'acme', key: '-' }],
  ])('%p', (line, command) => {
    expect<unknown>(commandOf(line)).toEqual(command)
  })

  test('every command may ask for JSON and another runtime file', () => {
    expect(read('list --json --runtime x.json')).toMatchObject({ json: true, runtime: 'x.json' })
    expect(read('tenant set acme')).toEqual({
      is: 'run',
      json: false,
      command: { is: 'tenant set', tenant: 'acme' },
    })
  })

  test.each(['--help', 'key create --help', 'nonsense --help --x'])('%p asks for help', (line) => {
    expect(read(line)).toEqual({ is: 'help' })
  })
})

describe('problems name what is allowed', () => {
  test.each([
    [
      'tenants',
      "'tenants' is no command; there are: list, tenant set, limit set, key create, key rotate, key revoke",
    ],
    ['tenant', "'tenant' is no command"],
    ['tenant remove acme', "'tenant remove' is no command"],
    ['list acme', "list takes no words, not 'acme'"],
    ['key create', 'key create needs TENANT NAME, not none'],
    ['key create acme', "key create needs TENANT NAME, not 'acme'"],
    ['key create acme a b', "key create needs TENANT NAME, not 'acme a b'"],
    [
      'tenant set Acme',
      "TENANT must be lower-case letters, digits, _ and -, at most 64, not 'Acme'",
    ],
    [
      'key create acme -',
      "NAME must be letters, digits, . _ and -, at most 64, the first a letter or digit, not '-'",
    ],
    ['key create acme é', 'NAME must be letters'],
    ['limit set acme', 'limit set needs --events or --bytes'],
    ['limit set acme --events -1', '--events must be a whole number from 0, unlimited or default'],
    [
      'limit set acme --events 1.5',
      "--events must be a whole number from 0, unlimited or default, not '1.5'",
    ],
    ['limit set acme --events 1e3', '--events must be'],
    ['limit set acme --events', '--events needs a value: a whole number'],
    ['limit set acme --events 1 --events 2', '--events is given twice'],
    ['limit set acme --bytes many', '--bytes must be'],
    [
      'tenant set acme --validation lenient',
      "--validation must be quarantine or strict, not 'lenient'",
    ],
    ['tenant set acme --disabled --enabled', '--disabled and --enabled exclude each other'],
    ['tenant set acme --disabled=no', '--disabled takes no value'],
    [
      'tenant set acme --events 1',
      '--events is not a flag of tenant set; it has --validation --disabled --enabled --json --runtime --help',
    ],
    ['tenant set acme -d', '-d is not a flag of tenant set'],
    [
      'key rotate acme laptop --overlap 1',
      "--overlap must be a whole number of s, m, h or d up to 90d, or 0, not '1'",
    ],
    ['key rotate acme laptop --overlap 91d', '--overlap must be'],
    ['key rotate acme laptop --overlap -1h', '--overlap must be'],
    ['key rotate acme laptop --overlap 1w', '--overlap must be'],
    ['list --verbose', '--verbose is not a flag of list; it has --json --runtime --help'],
    ['list --runtime', '--runtime needs a value: a file'],
  ])('%p: %s', (line, problem) => {
    expect(problemsOf(line)[0]).toStartWith(problem)
  })

  test('all of them at once', () => {
    expect(problemsOf('limit set Acme --events x --bytes y --foo')).toHaveLength(4)
  })

  test('a text that is much too long is quoted in part', () => {
    expect(problemsOf(`tenant set ${'x'.repeat(5000)}`)[0]?.length).toBeLessThan(200)
  })
})

test('the help has every command and every flag, and its examples are commands', () => {
  const help = helpText()
  for (const name of Object.keys(commands)) expect(help).toContain(`\n  ${name}`)
  for (const name of Object.keys(flags)) expect(help).toContain(`\n  --${name}`)
  const examples = [...help.matchAll(/bun run control ([a-z].*)$/gm)].map(([, line = '']) => line)
  expect(examples.length).toBeGreaterThan(5)
  for (const line of examples) expect([line, problemsOf(line)]).toEqual([line, []])
})
