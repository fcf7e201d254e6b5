/** The command line of `bun run produce`. Pure. Every problem is named at once, with what is allowed. */
import { parseArgs } from 'node:util'
import { type Kind, kindNames, kinds, problemOf } from './kinds.ts'

export type Where = {
  readonly tenant?: string
  /** Of ingest. */
  readonly url?: string
  readonly key?: string
  readonly runtime?: string
}

export type CommandLine =
  | { readonly is: 'help' }
  | { readonly is: 'wrong'; readonly problems: readonly string[] }
  | { readonly is: 'menu'; readonly where: Where }
  | { readonly is: 'sample'; readonly where: Where; readonly json: boolean }
  | {
      readonly is: 'one'
      readonly kind: Kind
      /** By the names of the event's fields. */
      readonly typed: Readonly<Record<string, string>>
      readonly eventId: string | undefined
      readonly where: Where
      readonly json: boolean
    }

/** The API key is not among them: a list of processes would show it. It comes by PULSE_API_KEY. */
const everywhere = {
  tenant: 'NAME    who sends; tenant_a',
  url: 'URL     where ingest is; .pulse/runtime.json says otherwise',
  runtime: 'FILE    instead of .pulse/runtime.json',
} as const

export function readCommandLine(args: readonly string[], apiKey: string | undefined): CommandLine {
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      [...Object.keys(everywhere), 'event-id', ...allFlags()].map((name) => [
        name,
        { type: 'string' } as const,
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const [command, ...more] = tokens.flatMap((each) =>
    each.kind === 'positional' ? [each.value] : [],
  )
  const given = new Map<string, string | undefined>()
  const problems: string[] = []
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    if (given.has(token.name)) problems.push(`--${token.name} is given twice`)
    given.set(token.name, token.value)
  }
  if (given.has('help')) return { is: 'help' }
  const kind = kindNames.find((name) => name === command)
  if (more.length > 0 || (command !== undefined && command !== 'sample' && !kind))
    problems.push(`give one of ${[...kindNames, 'sample'].join(', ')}, or nothing for the menu`)
  const allowed = allowedFlags(command, kind)
  for (const [name, value] of given) {
    if (!allowed.includes(name))
      problems.push(`--${name} is no flag here. Flags: --${allowed.join(' --')}`)
    else if (name !== 'json' && !value) problems.push(`--${name} needs a value`)
  }
  const typed = kind === undefined ? {} : typedFields(kind, given, problems)
  if (problems.length > 0) return { is: 'wrong', problems }
  const where = { ...valuesOf(given, Object.keys(everywhere)), ...(apiKey && { key: apiKey }) }
  const json = given.has('json')
  if (kind !== undefined)
    return { is: 'one', kind, typed, eventId: given.get('event-id'), where, json }
  return command === 'sample' ? { is: 'sample', where, json } : { is: 'menu', where }
}

/** What was given for the fields of a kind; adds what is wrong or missing to `problems`. */
function typedFields(
  kind: Kind,
  given: ReadonlyMap<string, string | undefined>,
  problems: string[],
): Record<string, string> {
  const typed: Record<string, string> = {}
  for (const field of kinds[kind].fields) {
    const value = given.get(field.flag) ?? field.usual({})
    if (value === undefined) {
      problems.push(`--${field.flag} ${field.value} is missing`)
      continue
    }
    const problem = problemOf(field, value)
    if (problem !== undefined) problems.push(`--${field.flag}: ${problem}`)
    typed[field.name] = value
  }
  return typed
}

const allFlags = () => Object.values(kinds).flatMap(({ fields }) => fields.map(({ flag }) => flag))

function allowedFlags(command: string | undefined, kind: Kind | undefined): string[] {
  const own = kind === undefined ? [] : ['event-id', ...kinds[kind].fields.map(({ flag }) => flag)]
  return [...own, ...Object.keys(everywhere), ...(command === undefined ? [] : ['json'])]
}

const valuesOf = (
  given: ReadonlyMap<string, string | undefined>,
  names: readonly string[],
): Where =>
  Object.fromEntries(names.flatMap((name) => (given.has(name) ? [[name, given.get(name)]] : [])))

export function helpText(): string {
  const lines = kindNames.map((name) => {
    const flags = kinds[name].fields.map(({ flag, value, usual }) => {
      const text = `--${flag} ${value}`
      return usual({}) === undefined ? text : `[${text}]`
    })
    return `  bun run produce ${name} ${flags.join(' ')}`
  })
  return `bun run produce [COMMAND] [flags]

Without a command: a menu. Otherwise one event, or a handful, for use in scripts:

${lines.join('\n')}
  bun run produce sample            a user, an order, its payment, and stock

Everywhere:
${Object.entries(everywhere)
  .map(([name, about]) => `  --${name} ${about}`)
  .join('\n')}
  --event-id ID   of the event, and its idempotency key; a new one
  --json          the answer as JSON

PULSE_API_KEY is the key to send with, where .pulse/runtime.json does not know the tenant's.
Exit code: 0 all accepted, 1 something was not, 2 the command line is wrong.
`
}
