/**
 * The environment without what Pulse's processes are told by it, for tests, benchmarks and demonstrations: they must not
 * reach, or be made to differ by, what a developer's shell or the clone's `.env` says.
 */
import { readTables } from './settings-tables.ts'

type Env = Readonly<Record<string, string | undefined>>

const settings = (await readTables()).flatMap((table) => Object.values(table.settings))
const names = new Set(settings.flatMap(({ env }) => env).flatMap((name) => [name, `${name}_FILE`]))
names.add('PULSE_API_KEY')

/** What clients read by themselves: of OpenTelemetry, and of Postgres (PGHOST, PGPASSFILE). */
const ofClients = /^(OTEL_[A-Z_]+|PG[A-Z]+)$/

export function withoutServiceSettings(env: Env): Record<string, string> {
  const kept = Object.entries(env).filter(([name]) => !names.has(name) && !ofClients.test(name))
  return Object.fromEntries(kept.filter((entry): entry is [string, string] => !!entry[1]))
}
