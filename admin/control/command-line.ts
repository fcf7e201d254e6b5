/** The command line of `bun run control`, read by its grammar. Pure. Every problem is named at once, with what is allowed. */
import { parseArgs } from 'node:util'
import type { Validation } from '../../contracts/control.ts'
import type { Limit } from './changes.ts'
import {
  type CommandName,
  commands,
  everywhere,
  type Flag,
  type FlagName,
  flags,
  type Given,
  operands,
  type Words,
} from './grammar.ts'

export type Command = Readonly<
  | { is: 'list' }
  | { is: 'tenant set'; tenant: string; disabled?: boolean; validation?: Validation }
  | { is: 'limit set'; tenant: string; events?: Limit | 'default'; bytes?: Limit | 'default' }
  | { is: 'key create'; tenant: string; name: string }
  | { is: 'key rotate'; tenant: string; key: string; overlapMs: number }
  | { is: 'key revoke'; tenant: string; key: string }
  | { is: 'pause'; reason?: string }
  | { is: 'resume' }
>

export type ReadCommandLine =
  | { readonly is: 'help' }
  | { readonly is: 'wrong'; readonly problems: readonly string[] }
  | ToRun

export type ToRun = {
  readonly is: 'run'
  readonly command: Command
  readonly json: boolean
  /** A file that says where Kafka is. */
  readonly runtime?: string
}

const defaultOverlapMs = 24 * 60 * 60 * 1000

export function readCommandLine(args: readonly string[]): ReadCommandLine {
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      Object.entries<Flag<unknown>>(flags).map(([name, { value }]) => [
        name,
        { type: value === undefined ? 'boolean' : 'string', multiple: true } as const,
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  if (tokens.some((token) => token.kind === 'option' && token.rawName === '--help'))
    return { is: 'help' }
  const words = tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []))
  const named = nameOf(words)
  if (named === undefined) return { is: 'wrong', problems: [noCommand(words)] }
  const { name, rest } = named
  const problems = operandProblems(name, rest)
  const given: Record<string, unknown> = {}
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    const read = readFlag(name, token.name, token.rawName, token.value)
    if ('problem' in read) problems.push(read.problem)
    else if (token.name in given) problems.push(`--${token.name} is given twice`)
    else given[token.name] = read.value
  }
  if (problems.length === 0) problems.push(...flagProblems(name, given))
  if (problems.length > 0) return { is: 'wrong', problems }
  const { json, runtime } = given as Given
  const command = commandOf(name, rest, given as Given)
  return { is: 'run', command, json: json ?? false, ...(runtime && { runtime }) }
}

/** The command of the first words, and the words behind it; `list` when there are none. */
function nameOf(words: readonly string[]): { name: CommandName; rest: string[] } | undefined {
  if (words.length === 0) return { name: 'list', rest: [] }
  for (const length of [1, 2]) {
    const name = words.slice(0, length).join(' ')
    if (Object.hasOwn(commands, name))
      return { name: name as CommandName, rest: words.slice(length) }
  }
  return undefined
}

const noCommand = (words: readonly string[]): string =>
  `'${words.slice(0, 2).join(' ').slice(0, 80)}' is no command; there are: ${Object.keys(commands).join(', ')}`

function operandProblems(name: CommandName, given: readonly string[]): string[] {
  const wanted: Words['operands'] = commands[name].operands
  if (given.length !== wanted.length) {
    const needs = wanted.length === 0 ? 'takes no words' : `needs ${wanted.join(' ')}`
    return [
      `${name} ${needs}, not ${given.length === 0 ? 'none' : `'${given.join(' ').slice(0, 80)}'`}`,
    ]
  }
  return wanted.flatMap((operand, at) => {
    const text = given[at] ?? ''
    const { allowed, allows } = operands[operand]
    const fits = allows(text) || (operand === 'KEY' && text === '-')
    return fits ? [] : [`${operand} must be ${allowed}, not '${text.slice(0, 80)}'`]
  })
}

function readFlag(
  command: CommandName,
  name: string,
  rawName: string,
  text: string | undefined,
): { readonly value: unknown } | { readonly problem: string } {
  const allowedHere = [...commands[command].flags, ...everywhere]
  if (rawName !== `--${name}` || !(allowedHere as string[]).includes(name))
    return {
      problem: `${rawName} is not a flag of ${command}; it has ${allowedHere.map((each) => `--${each}`).join(' ')}`,
    }
  const { value, allowed, parse } = flags[name as FlagName] as Flag<unknown>
  if (value === undefined)
    return text === undefined ? { value: true } : { problem: `${rawName} takes no value` }
  if (text === undefined) return { problem: `${rawName} needs a value: ${allowed}` }
  const parsed = parse(text)
  return parsed === undefined
    ? { problem: `${rawName} must be ${allowed}, not '${text.slice(0, 80)}'` }
    : { value: parsed }
}

function flagProblems(name: CommandName, given: Given): string[] {
  if (given.disabled && given.enabled) return ['--disabled and --enabled exclude each other']
  if (name === 'limit set' && given.events === undefined && given.bytes === undefined)
    return ['limit set needs --events or --bytes']
  return []
}

function commandOf(is: CommandName, rest: readonly string[], given: Given): Command {
  const [tenant = '', key = ''] = rest
  const { validation, events, bytes } = given
  switch (is) {
    case 'list':
    case 'resume':
      return { is }
    case 'pause':
      return { is, ...(given.reason !== undefined && { reason: given.reason }) }
    case 'tenant set': {
      const disabled = given.disabled ? true : given.enabled ? false : undefined
      return {
        is,
        tenant,
        ...(disabled !== undefined && { disabled }),
        ...(validation && { validation }),
      }
    }
    case 'limit set':
      return {
        is,
        tenant,
        ...(events !== undefined && { events }),
        ...(bytes !== undefined && { bytes }),
      }
    case 'key create':
      return { is, tenant, name: key }
    case 'key rotate':
      return { is, tenant, key, overlapMs: given.overlap ?? defaultOverlapMs }
    case 'key revoke':
      return { is, tenant, key }
  }
}
