/**
 * A database of its own for a test file: a copy of a template that has every migration. The template is made once for
 * each version of the migrations, by whoever comes first.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { databaseExists } from '../database.ts'
import { migrate, migrationsFolder } from '../migrate.ts'
import { inDatabase, type Sql, withSql } from '../sql.ts'
import { testAddresses } from './addresses.ts'

export type TestDatabase = {
  readonly url: string
  /** Ends all connections to it and drops it. */
  drop(): Promise<void>
}

/** `server` is the URL of a superuser; the run's own Postgres unless given. */
export async function freshDatabase(server = testAddresses().postgres): Promise<TestDatabase> {
  const name = `test_${crypto.randomUUID().replaceAll('-', '')}`
  await withSql(server, async (sql) => {
    // Held by this connection until it closes: copies wait for the template, and for each other.
    await sql`select pg_advisory_lock(hashtext('pulse.template'))`
    const template = await readyTemplate(sql, server)
    await sql`create database ${sql(name)} template ${sql(template)}`
  })
  const drop = () =>
    withSql(server, async (sql) => {
      await sql`drop database if exists ${sql(name)} with (force)`
    })
  return { url: inDatabase(server, name), drop }
}

async function readyTemplate(sql: Sql, server: string): Promise<string> {
  const name = `pulse_template_${hashOfMigrations()}`
  if (await databaseExists(sql, name)) return name
  const draft = `${name}_draft`
  await sql`drop database if exists ${sql(draft)} with (force)`
  await sql`create database ${sql(draft)}`
  await migrate(inDatabase(server, draft))
  await sql`alter database ${sql(draft)} rename to ${sql(name)}`
  return name
}

function hashOfMigrations(): string {
  const hash = createHash('sha256')
  for (const file of readdirSync(migrationsFolder).sort()) {
    hash.update(file).update(readFileSync(join(migrationsFolder, file)))
  }
  return hash.digest('hex').slice(0, 16)
}
