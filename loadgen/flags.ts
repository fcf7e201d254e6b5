/**
 * The command line of `bun run load`: one table of flags, from which both the reading and the help come. Pure.
 * Every problem is named at once, with what is allowed.
 */
import { parseArgs } from 'node:util'
import { type } from 'arktype'
import { loadModes } from '../contracts/load-modes.ts'
import { type Assertion, assertionWords, parseAssertions } from './assertions.ts'

type Flag<T> = {
  /** Stands for the value in the help; undefined for a switch. */
  readonly value?: string
  readonly allowed: string
  readonly about: string
  readonly parse: (text: string) => T | type.errors
}

const flag = <T>(
  value: string,
  parse: (text: string) => T | type.errors,
  allowed: string,
  about: string,
): Flag<T> => ({ value, parse, allowed, about })

const on = (about: string): Flag<boolean> => ({ about, allowed: 'no value', parse: () => true })

const number = (range: string) => (text: string) => numberIn(range)(text)
const numberIn = (range: string) => type('string.numeric.parse').to(range as 'number')
const whole = (range: string) => number(range)
const rate = number('0 <= number <= 1')
const pair = (text: string) => apiKey(text)
const apiKey = type(/^[a-z0-9_-]{1,64}=[\x21-\x7e]+$/)
const tenantList = type(/^[a-z0-9_-]{1,64}(,[a-z0-9_-]{1,64})*$/)
const httpUrl = type(/^http:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/)

export const flags = {
  url: flag(
    'URL',
    httpUrl,
    'an http:// address',
    'where ingest is; .pulse/runtime.json says otherwise',
  ),
  rps: flag(
    'N',
    number('0 < number <= 1000000'),
    'a number above 0, up to 1000000',
    'events a second over all tenants; 100',
  ),
  minutes: flag('N', number('0 < number <= 1440'), 'a number above 0, up to 1440', 'how long; 1'),
  'max-events': flag(
    'N',
    whole('1 <= number.integer <= 4000000000'),
    'a whole number from 1',
    'stop after this many events',
  ),
  scenario: flag(
    'NAME',
    type(/^[a-z0-9-]+$/),
    'a name in loadgen/scenarios',
    'a load that changes over time; other flags override it',
  ),
  'duplicate-rate': flag(
    'SHARE',
    rate,
    'a share from 0 to 1',
    'accepted events sent again under their key',
  ),
  'conflict-rate': flag(
    'SHARE',
    rate,
    'a share from 0 to 1',
    'other events sent under an accepted key',
  ),
  'bad-rate': flag('SHARE', rate, 'a share from 0 to 1', 'bad events, of every kind alike'),
  tenants: flag(
    'A,B',
    tenantList,
    'names joined by commas',
    'who sends; tenant_load, else all that are known',
  ),
  'api-key': flag(
    'TENANT=KEY',
    pair,
    'tenant=key, once for each tenant',
    'a key that .pulse/runtime.json does not have',
  ),
  connections: flag(
    'N',
    whole('1 <= number.integer <= 10000'),
    'a whole number from 1 to 10000',
    'connections, one request each at a time; 256, of streams 16',
  ),
  mode: flag(
    'NAME',
    type.enumerated(...loadModes),
    `${loadModes.slice(0, -1).join(', ')} or ${loadModes.at(-1)}`,
    'one event a request, also as a CloudEvent (cloudevents), many in an array (batch) or in lines (ndjson), or many in a message of a stream (websocket, grpc); single',
  ),
  'batch-size': flag(
    'N',
    whole('1 <= number.integer <= 10000'),
    'a whole number from 1 to 10000',
    'events a request or message; without --mode it means batch; 100',
  ),
  seed: flag(
    'N',
    whole('0 <= number.integer <= 4294967295'),
    'a whole number from 0 to 4294967295',
    'the same seed makes the same load; 1',
  ),
  assert: flag('LIST', parseAssertions, assertionWords, 'what must hold, else exit 1'),
  runtime: flag('FILE', type('string > 0'), 'a file', 'addresses and keys of a running Pulse'),
  json: on('one JSON object on standard output, nothing else'),
  'no-audit': on('do not look up what became of the events'),
  help: on('this text'),
} as const

export type FlagName = keyof typeof flags
export type Flags = {
  readonly [K in Exclude<FlagName, 'api-key'>]?: (typeof flags)[K] extends Flag<infer T> ? T : never
} & { readonly 'api-key': readonly string[] }

export type { Assertion }

export type ReadFlags =
  | { readonly ok: true; readonly flags: Flags }
  | { readonly ok: false; readonly problems: readonly string[] }

export function readFlags(args: readonly string[]): ReadFlags {
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      Object.entries(flags).map(([name, { value }]) => [
        name,
        { type: value === undefined ? 'boolean' : 'string', multiple: true } as const,
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const found: Record<string, unknown> = {}
  const apiKeys: string[] = []
  const problems: string[] = []
  for (const token of tokens) {
    if (token.kind !== 'option') {
      if (token.kind === 'positional') problems.push(`'${token.value}' is not a flag. ${listed}`)
      continue
    }
    const read = readFlag(token.name, token.rawName, token.value)
    if ('problem' in read) problems.push(read.problem)
    else if (token.name === 'api-key') apiKeys.push(String(read.value))
    else if (token.name in found) problems.push(`--${token.name} is given twice`)
    else found[token.name] = read.value
  }
  if (problems.length > 0) return { ok: false, problems }
  return { ok: true, flags: { ...(found as Omit<Flags, 'api-key'>), 'api-key': apiKeys } }
}

const listed = `Flags: ${Object.keys(flags)
  .map((name) => `--${name}`)
  .join(' ')}`

function readFlag(
  name: string,
  rawName: string,
  text: string | undefined,
): { readonly value: unknown } | { readonly problem: string } {
  if (!Object.hasOwn(flags, name) || rawName !== `--${name}`)
    return { problem: `${rawName} is not a flag. ${listed}` }
  const { value, allowed, parse } = flags[name as FlagName] as Flag<unknown>
  if (value === undefined)
    return text === undefined ? { value: true } : { problem: `${rawName} takes no value` }
  if (text === undefined) return { problem: `${rawName} needs a value: ${allowed}` }
  const parsed = parse(text)
  if (!(parsed instanceof type.errors)) return { value: parsed }
  return { problem: `${rawName} must be ${allowed}, not '${text.slice(0, 80)}'` }
}
