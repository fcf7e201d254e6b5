import { describe, expect, test } from 'bun:test'
import { flags, readFlags } from './flags.ts'
import { helpText } from './help.ts'

const problems = (...args: string[]) => {
  const read = readFlags(args)
  return read.ok ? [] : read.problems
}

test('every flag of the documentation is read', () => {
  const line =
    '--url http://localhost:8080/events --rps 100 --minutes 0.5 --duplicate-rate 0.1 --bad-rate=0.05 ' +
    '--tenants tenant_a,tenant_b --api-key tenant_a=key_a --api-key tenant_b=k:=b --seed 0 --connections 8 ' +
    '--conflict-rate 0 --max-events 1000 --mode ndjson --batch-size 50 --json --assert p99<50ms,lost=0 --scenario spike --no-audit --runtime x.json'
  const read = readFlags(line.split(' '))
  expect(read).toMatchObject({
    ok: true,
    flags: {
      url: 'http://localhost:8080/events',
      rps: 100,
      minutes: 0.5,
      'duplicate-rate': 0.1,
      'bad-rate': 0.05,
      tenants: 'tenant_a,tenant_b',
      'api-key': ['tenant_a=key_a', 'tenant_b=k:=b'],
      seed: 0,
      connections: 8,
      'max-events': 1000,
      mode: 'ndjson',
      'batch-size': 50,
      json: true,
      'no-audit': true,
      scenario: 'spike',
      runtime: 'x.json',
    },
  })
  expect(read.ok && read.flags.assert?.map(({ text }) => text)).toEqual(['p99<50ms', 'lost=0'])
})

test('nothing has to be given', () => {
  expect(readFlags([])).toEqual({ ok: true, flags: { 'api-key': [] } })
})

describe('a bad command line is refused, with what is allowed', () => {
  test.each([
    ['--rps=0', '--rps must be a number above 0'],
    ['--rps=abc', "not 'abc'"],
    ['--rps=1e9', '--rps must be a number above 0, up to 1000000'],
    ['--duplicate-rate=1.1', '--duplicate-rate must be a share from 0 to 1'],
    ['--max-events=1.5', '--max-events must be a whole number'],
    ['--url=https://x', '--url must be an http:// address'],
    ['--url=localhost:8080', '--url must be an http:// address'],
    ['--tenants=a,,b', '--tenants must be names joined by commas'],
    ['--api-key=key', '--api-key must be tenant=key'],
    ['--assert=p99<50', '--assert must be conditions such as p99<50ms'],
    ['--json=1', '--json takes no value'],
    ['--minutes', '--minutes needs a value'],
    ['--burst-size=10', '--burst-size is not a flag. Flags: --url --rps'],
    ['--batch-size=10001', '--batch-size must be a whole number from 1 to 10000'],
    ['--mode=smtp', '--mode must be single, batch, ndjson, cloudevents, websocket or grpc, not'],
    ['-r', '-r is not a flag'],
    ['fast', "'fast' is not a flag"],
    ['--__proto__=1', '--__proto__ is not a flag'],
  ])('%s', (arg, said) => {
    expect(problems(arg).join('\n')).toContain(said)
  })

  test('a flag that is given twice', () => {
    expect(problems('--rps=1', '--rps=2')).toEqual(['--rps is given twice'])
  })

  test('with every problem at once', () => {
    expect(problems('--rps=x', '--seed=-1', '--what')).toHaveLength(3)
  })
})

test('the help has every flag, the scenarios and examples that can be read', () => {
  const help = helpText(['baseline', 'spike'])
  for (const name of Object.keys(flags)) expect(help).toContain(`--${name}`)
  expect(help).toContain('(baseline, spike)')
  const examples = help.split('\n').filter((line) => line.startsWith('  bun run load'))
  expect(examples.length).toBeGreaterThan(2)
  for (const example of examples) {
    const args = example.replaceAll("'", '').trim().split(' ').slice(3)
    expect(problems(...args)).toEqual([])
  }
})
