/** Every setting of what prepares a database: `bun infra/migrate.ts`. */
import { type Config, nonEmpty, optional, readSettings, setting } from '../contracts/env.ts'
import { postgresSettings } from '../contracts/postgres-connection.ts'

const roleName = optional((text) => nonEmpty(text))

export const roleSettings = {
  processorRole: setting('DATABASE_PROCESSOR_ROLE', roleName, '', {
    unit: 'a role of Postgres that exists',
    reason: 'migrations grant it what the processor needs and nothing else; none: no grants',
  }),
  adminRole: setting('DATABASE_ADMIN_ROLE', roleName, '', {
    unit: 'a role of Postgres that exists',
    reason: 'migrations grant it what the admin needs and nothing else; none: no grants',
  }),
} as const

export const settings = { ...postgresSettings, ...roleSettings } as const

export type Roles = Partial<Config<typeof roleSettings>>

/** The roles that the environment names. */
export function rolesNamedIn(env: Readonly<Record<string, string | undefined>>): Roles {
  const read = readSettings(roleSettings, env)
  return read.ok ? read.config : {}
}
