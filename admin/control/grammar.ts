/**
 * What `bun run control` understands: one table of commands, one of operands and one of flags, from which both the
 * reading and the help come. Pure.
 */
import { type } from 'arktype'
import { isKeyName, type Validation, validations } from '../../contracts/control.ts'
import { isTenantId } from '../../contracts/tenant.ts'
import type { Limit } from './changes.ts'

export type Flag<T> = {
  /** Stands for the value in the help; undefined for a switch. */
  readonly value?: string
  readonly allowed: string
  readonly about: string
  readonly parse: (text: string) => T | undefined
}

const flag = <T>(
  value: string,
  parse: (text: string) => T | undefined,
  allowed: string,
  about: string,
): Flag<T> => ({ value, parse, allowed, about })

const on = (about: string): Flag<true> => ({ about, allowed: 'no value', parse: () => true })

const whole = type('string.integer.parse').to('0 <= number.integer <= 9007199254740991')
const limitWords = 'a whole number from 0, unlimited or default'

export const flags = {
  disabled: on('nobody may produce as this tenant; its keys stay as they are'),
  enabled: on('it may produce again'),
  validation: flag<Validation>(
    'MODE',
    (text) => validations.find((mode) => mode === text),
    validations.join(' or '),
    'what happens to an event that cannot be stored: quarantine, strict (400)',
  ),
  events: flag('N', parseLimit, limitWords, 'events a minute; 0 blocks'),
  bytes: flag('N', parseLimit, limitWords, 'bytes of events a minute; 0 blocks'),
  overlap: flag(
    'TIME',
    parseDuration,
    'a whole number of s, m, h or d up to 90d, or 0',
    'how long the old key still works; 24h',
  ),
  reason: flag(
    'TEXT',
    (text) => (text.trim() !== '' && text.length <= 200 ? text : undefined),
    'at most 200 characters',
    'why, for whoever sees that it is paused',
  ),
  json: on('one JSON object on standard output, nothing else'),
  runtime: flag(
    'FILE',
    (text) => text || undefined,
    'a file',
    'where a running Pulse says where Kafka is',
  ),
  help: on('this text'),
} as const

export type FlagName = keyof typeof flags
type Value<K extends FlagName> = NonNullable<ReturnType<(typeof flags)[K]['parse']>>
export type Given = { readonly [K in FlagName]?: Value<K> }

export type Words = {
  readonly operands: readonly (keyof typeof operands)[]
  readonly flags: readonly FlagName[]
  readonly about: string
}

export const operands = {
  TENANT: { allowed: 'lower-case letters, digits, _ and -, at most 64', allows: isTenantId },
  NAME: {
    allowed: 'letters, digits, . _ and -, at most 64, the first a letter or digit',
    allows: isKeyName,
  },
  KEY: { allowed: 'the name or the id of a key', allows: isKeyName },
} as const

export const commands = {
  list: { operands: [], flags: [], about: 'every tenant with its limits and keys' },
  'tenant set': {
    operands: ['TENANT'],
    flags: ['validation', 'disabled', 'enabled'],
    about: 'creates a tenant, or changes what is given',
  },
  'limit set': {
    operands: ['TENANT'],
    flags: ['events', 'bytes'],
    about: 'what it may send a minute; default takes its own limit away',
  },
  'key create': {
    operands: ['TENANT', 'NAME'],
    flags: [],
    about: 'makes a key and shows it, this once',
  },
  'key rotate': {
    operands: ['TENANT', 'KEY'],
    flags: ['overlap'],
    about: 'a new key of the same name, shown once; the old one ends after the overlap',
  },
  'key revoke': {
    operands: ['TENANT', 'KEY'],
    flags: [],
    about:
      'KEY: its id, its name (all keys that have it), or - to read the key itself from standard input',
  },
  pause: {
    operands: [],
    flags: ['reason'],
    about: 'processors store nothing until resume; ingest goes on, and Kafka keeps what comes',
  },
  resume: { operands: [], flags: [], about: 'processors go on where they stopped' },
} as const satisfies Record<string, Words>

export type CommandName = keyof typeof commands
/** Flags of every command. */
export const everywhere: readonly FlagName[] = ['json', 'runtime', 'help']

function parseLimit(text: string): Limit | 'default' | undefined {
  if (text === 'unlimited' || text === 'default') return text
  const number = whole(text)
  return number instanceof type.errors ? undefined : number
}

const unitMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const longestOverlapMs = 90 * 86_400_000

/** `90s`, `15m`, `24h`, `7d`, in milliseconds; `0` needs no unit. */
function parseDuration(text: string): number | undefined {
  if (text === '0') return 0
  const [, count = '', unit = ''] = /^(\d{1,7})([smhd])$/.exec(text) ?? []
  const ms = Number(count) * (unitMs[unit] ?? Number.NaN)
  return ms <= longestOverlapMs ? ms : undefined
}
