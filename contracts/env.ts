/**
 * Settings from the environment: each process declares one table of settings, reads it once, and gets one frozen
 * object. A bad environment yields every problem at once, before anything connects. Values of secret settings
 * appear in no message and no summary, and may stand in a file instead, named by the setting's name and `_FILE`.
 */
import { accessSync, constants, readFileSync } from 'node:fs'
import { type } from 'arktype'

export type Setting<T> = {
  /** Name in the environment, then older names that are accepted too. */
  readonly env: readonly [string, ...string[]]
  /** Turns the text of the environment into a value. */
  readonly parse: (text: string) => T | type.errors
  /** Text used when nothing is set; undefined makes the setting required. */
  readonly fallback: string | undefined
  readonly unit: string
  readonly reason: string
  readonly secret: boolean
}

export type Settings = Readonly<Record<string, Setting<unknown>>>
export type Config<S extends Settings> = {
  readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never
}
export type Read<S extends Settings> =
  | { readonly ok: true; readonly config: Config<S> }
  | { readonly ok: false; readonly problems: readonly string[] }

/** Declares one setting. `fallback` is text, parsed like any value, so that the table can be printed as it is. */
export function setting<T>(
  env: string | readonly [string, ...string[]],
  parse: (text: string) => T | type.errors,
  fallback: string | undefined,
  about: { unit: string; reason: string; secret?: boolean },
): Setting<T> {
  const names: readonly [string, ...string[]] = typeof env === 'string' ? [env] : env
  return {
    env: names,
    parse,
    fallback,
    unit: about.unit,
    reason: about.reason,
    secret: about.secret ?? false,
  }
}

/** Reads every setting of the table. An empty variable counts as not set. */
export function readSettings<S extends Settings>(
  table: S,
  env: Readonly<Record<string, string | undefined>>,
): Read<S> {
  const config: Record<string, unknown> = {}
  const problems: string[] = []
  for (const [name, declared] of Object.entries(table)) {
    const from = declared.env.find((candidate) => env[candidate]?.trim())
    const text = from === undefined ? declared.fallback : env[from]?.trim()
    if (text === undefined) {
      problems.push(`${declared.env[0]} is required (${declared.unit})`)
      continue
    }
    const value = declared.parse(text)
    if (value instanceof type.errors) {
      const given = declared.secret ? '' : `, not '${text.slice(0, 80)}'`
      problems.push(`${from ?? declared.env[0]} must be ${declared.unit}${given}`)
    } else config[name] = value
  }
  return problems.length > 0
    ? { ok: false, problems }
    : { ok: true, config: Object.freeze(config) as Config<S> }
}

/**
 * The environment with secrets from files filled in: `NAME_FILE` names a file that holds `NAME`. A file that cannot be
 * read, and both given at once, are problems.
 */
export function withSecretsFromFiles(
  table: Settings,
  env: Readonly<Record<string, string | undefined>>,
  read: (path: string) => string,
): { readonly env: Record<string, string | undefined>; readonly problems: readonly string[] } {
  const filled = { ...env }
  const problems: string[] = []
  const secrets = Object.values(table).filter(({ secret }) => secret)
  for (const name of secrets.flatMap((declared) => declared.env)) {
    const path = env[`${name}_FILE`]?.trim()
    if (!path) continue
    if (env[name]?.trim()) problems.push(`${name} and ${name}_FILE are both set: give one of them`)
    try {
      filled[name] = read(path)
    } catch (err) {
      problems.push(`${name}_FILE cannot be read: ${(err as Error).message}`)
    }
  }
  return { env: filled, problems }
}

/**
 * Reads the settings or ends the process with every problem on standard error, exit code 78 (EX_CONFIG).
 * `check` finds what is wrong between settings that are each right; `given` is the environment.
 */
export function settingsOrExit<S extends Settings>(
  table: S,
  check: (config: Config<S>) => readonly string[] = () => [],
  given: Readonly<Record<string, string | undefined>> = process.env,
): Config<S> {
  const { env, problems } = withSecretsFromFiles(table, given, (path) => readFileSync(path, 'utf8'))
  const read = readSettings(table, env)
  const all = [...problems, ...(read.ok ? check(read.config) : read.problems)]
  if (read.ok && all.length === 0) return read.config
  for (const problem of all) process.stderr.write(`configuration: ${problem}\n`)
  process.exit(78)
}

/** What the boot log shows of a configuration: every value, secrets masked. */
export function maskedSummary<S extends Settings>(
  table: S,
  config: Config<S>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(table).map(([name, declared]) => [
      declared.env[0],
      declared.secret ? '***' : config[name],
    ]),
  )
}

/** A whole number within bounds, both included. */
export const integer =
  (least: number, most: number) =>
  (text: string): number | type.errors =>
    boundedInteger(least, most)(text)

const boundedInteger = (least: number, most: number) =>
  type('string.integer.parse').to(`${least} <= number.integer <= ${most}`)

/** A TCP port; 0 lets the system choose. */
export const port = integer(0, 65_535)

export const nonEmpty = type('string > 0')

const hostAndPort = type(/^(\[[0-9a-fA-F:]+\]|[^\s:,/]+):\d{1,5}$/)

/** `host:port,host:port` as a list. */
export const brokers = (text: string): readonly string[] | type.errors => {
  const list = text.split(',').map((entry) => entry.trim())
  return hostAndPort.array().atLeastLength(1)(list)
}

/** A file that this process may read, by its path. */
export const readableFile = (path: string): string | type.errors => {
  try {
    accessSync(path, constants.R_OK)
    return path
  } catch {
    return type.never(path) as type.errors
  }
}

/** Makes a setting optional: give it the fallback ''. */
export const optional =
  <T>(parse: (text: string) => T | type.errors) =>
  (text: string): T | undefined | type.errors =>
    text === '' ? undefined : parse(text)

export const onOff = type("'on' | 'off'").pipe((text) => text === 'on')

/** `debug`, `info`, `warn`, `error` or `silent`. */
export const logLevel = type("'debug' | 'info' | 'warn' | 'error' | 'silent'")
