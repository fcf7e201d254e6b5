/** Roles of their own for a test file, and a database whose owner is no superuser: as an operator would have them. */
import { databaseExists } from '../database.ts'
import { grantRoles } from '../grants.ts'
import { migrate } from '../migrate.ts'
import { inDatabase, withSql } from '../sql.ts'
import { testAddresses } from './addresses.ts'

const names = ['owner', 'processor', 'admin'] as const
type Name = (typeof names)[number]

export type RolesOfTest = {
  /** Names of the roles. */
  readonly role: Readonly<Record<Name, string>>
  /** The database, as each of them. */
  readonly url: Readonly<Record<Name, string>>
  drop(): Promise<void>
}

/** Migrated and granted; `server` is the URL of a superuser, the run's own Postgres unless given. */
export async function freshRoles(server = testAddresses().postgres): Promise<RolesOfTest> {
  const run = crypto.randomUUID().replaceAll('-', '')
  const database = `test_${run}`
  const of = (make: (name: Name) => string) =>
    Object.fromEntries(names.map((name) => [name, make(name)])) as Record<Name, string>
  const role = of((name) => `pulse_${name}_${run.slice(0, 8)}`)
  const url = of((name) => as(role[name], inDatabase(server, database)))
  await withSql(server, async (sql) => {
    for (const name of names)
      await sql.unsafe(`create role ${role[name]} login password '${passwordOf(role[name])}'`)
    await sql`create database ${sql(database)} owner ${sql(role.owner)}`
  })
  await migrate(url.owner)
  await grantRoles(url.owner, { processorRole: role.processor, adminRole: role.admin })
  const drop = () =>
    withSql(server, async (sql) => {
      if (await databaseExists(sql, database))
        await sql`drop database ${sql(database)} with (force)`
      for (const name of names) await sql`drop role if exists ${sql(role[name])}`
    })
  return { role, url, drop }
}

function as(role: string, url: string): string {
  const changed = new URL(url)
  changed.username = role
  changed.password = passwordOf(role)
  return changed.href
}

const passwordOf = (role: string): string => `password-of-${role}`
