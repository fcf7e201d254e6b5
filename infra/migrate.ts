/**
 * Brings a database to the newest schema: numbered plain SQL files, forward only, each applied once and never edited
 * afterwards (their checksums are compared). All pending files and their version rows are one transaction, so the
 * schema is never half-way; two runs at once wait for each other.
 */
import { join } from 'node:path'
import Postgrator from 'postgrator'
import { withSql } from './sql.ts'

export const migrationsFolder = join(import.meta.dirname, 'migrations')

export type Migrated = { readonly applied: number; readonly version: number }

/** Applies what is missing. Throws when the database is newer than the files, or a file has changed. */
export function migrate(url: string, folder = migrationsFolder): Promise<Migrated> {
  return withSql(url, (sql) =>
    sql.begin(async (transaction) => {
      await transaction`select pg_advisory_xact_lock(hashtext('pulse.migrate'))`
      const runner = new Postgrator({
        driver: 'pg',
        migrationPattern: join(folder, '*.sql'),
        schemaTable: 'schema_version',
        currentSchema: 'public',
        execQuery: async (query) => ({ rows: await transaction.unsafe(query) }),
        execSqlScript: async (script) => void (await transaction.unsafe(script)),
      })
      const newest = await runner.getMaxVersion()
      const found = await runner.getDatabaseVersion()
      if (found > newest) {
        throw new Error(
          `the database is at version ${found}, this code knows ${newest}: use newer code`,
        )
      }
      const applied = await runner.migrate()
      return { applied: applied.length, version: newest }
    }),
  )
}

if (import.meta.main) {
  const url = process.env.DATABASE_URL
  if (!url) throw new Error('DATABASE_URL is required')
  const { applied, version } = await migrate(url)
  process.stdout.write(`${applied} applied, schema version ${version}\n`)
}
