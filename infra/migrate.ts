/**
 * Brings a database to the newest schema: numbered plain SQL files, forward only, each applied once and never edited
 * afterwards (their checksums are compared). Each file and its version row are one transaction, so that one which
 * fails leaves those before it, and nothing of itself. A file whose first line is `-- no transaction` (for `create index
 * concurrently if not exists`) runs outside of one: it holds a single statement, which must bear being repeated.
 * Safe while events flow: whoever waits for a table makes everybody after it wait too, so a file gives up its place after
 * `lockTimeout`, and is tried again until `patienceMs` have passed. Two runs at once wait for each other.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import Postgrator from 'postgrator'
import { settingsOrExit } from '../contracts/env.ts'
import { grantRoles } from './grants.ts'
import { settings } from './settings.ts'
import { type Database, type Sql, withSql } from './sql.ts'

export const migrationsFolder = join(import.meta.dirname, 'migrations')

const lockTimeout = '1s'
const patienceMs = 300_000

export type Migrated = { readonly applied: number; readonly version: number }

/** Applies what is missing. Throws when the database is newer than the files, or a file has changed. */
export function migrate(database: Database, folder = migrationsFolder): Promise<Migrated> {
  return withSql(
    database,
    (sql) =>
      withLock(sql, async () => {
        const { found, newest } = await transaction(sql, folder, async (runner) => ({
          found: await runner.getDatabaseVersion(),
          newest: await runner.getMaxVersion(),
        }))
        if (found > newest) {
          throw new Error(
            `the database is at version ${found}, this code knows ${newest}: use newer code`,
          )
        }
        // Also when nothing is pending: this is what compares the checksums.
        await transaction(sql, folder, (runner) => runner.migrate(String(found)))
        const pending = filesAfter(folder, found)
        for (const { version, file } of pending) await apply(sql, folder, version, file)
        return { applied: pending.length, version: newest }
      }),
    2,
  )
}

async function apply(sql: Sql, folder: string, version: number, file: string): Promise<void> {
  const script = readFileSync(file, 'utf8')
  const migrateTo = (runner: Postgrator) => runner.migrate(String(version))
  if (!runsAlone(script)) return await patiently(() => transaction(sql, folder, migrateTo))
  await dropUnfinishedIndex(sql, script)
  await migrateTo(runnerOn(sql, folder))
}

/** Tries again when the locks were not to be had in time. */
async function patiently(work: () => Promise<unknown>): Promise<void> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    try {
      await work()
      return
    } catch (error) {
      const locked = (error as { code?: unknown }).code === '55P03'
      if (!locked || performance.now() > deadline) throw error
      await pause(500)
    }
  }
}

/** An index whose concurrent build was cut off is there, is of no use, and would count as existing. */
async function dropUnfinishedIndex(sql: Sql, script: string): Promise<void> {
  const name = /create\s+(?:unique\s+)?index\s+concurrently\s+if\s+not\s+exists\s+(\w+)/i.exec(
    script,
  )
  const found = await sql`
    select from pg_index where indexrelid = to_regclass(${name?.[1] ?? ''}) and not indisvalid`
  if (name?.[1] && found.length > 0) await sql`drop index concurrently ${sql(name[1])}`
}

/** The file asks to run outside of a transaction. */
export function runsAlone(script: string): boolean {
  return /^-- no transaction\s*$/m.test(script.split('\n', 1)[0] ?? '')
}

function filesAfter(folder: string, version: number): { version: number; file: string }[] {
  const files = readdirSync(folder).filter((name) => /^\d+\.do\..*\.sql$/.test(name))
  return files
    .map((name) => ({ version: Number.parseInt(name, 10), file: join(folder, name) }))
    .filter((migration) => migration.version > version)
    .sort((a, b) => a.version - b.version)
}

function transaction<T>(sql: Sql, folder: string, work: (runner: Postgrator) => Promise<T>) {
  return sql.begin(async (transaction) => {
    await transaction.unsafe(`set local lock_timeout = '${lockTimeout}'`)
    return await work(runnerOn(transaction, folder))
  })
}

function runnerOn(sql: Pick<Sql, 'unsafe'>, folder: string): Postgrator {
  return new Postgrator({
    driver: 'pg',
    migrationPattern: join(folder, '*.sql'),
    schemaTable: 'schema_version',
    currentSchema: 'public',
    execQuery: async (query) => ({ rows: await sql.unsafe(query) }),
    execSqlScript: async (script) => void (await sql.unsafe(script)),
  })
}

/**
 * Holds a lock of a session of its own. Asked for again and again, not waited for: a statement that waits has a
 * snapshot, and `create index concurrently` of the run that holds the lock would wait for it in turn.
 */
async function withLock<T>(sql: Sql, work: () => Promise<T>): Promise<T> {
  const holder = await sql.reserve()
  try {
    const got = async () =>
      (await holder`select pg_try_advisory_lock(hashtext('pulse.migrate')) as got`)[0]?.got
    while (!(await got())) await pause(50)
    return await work()
  } finally {
    await holder`select pg_advisory_unlock(hashtext('pulse.migrate'))`.catch(() => undefined)
    holder.release()
  }
}

if (import.meta.main) {
  const config = settingsOrExit(settings)
  const { applied, version } = await migrate(config)
  const roles = await grantRoles(config, config)
  const granted = roles.length > 0 ? `, granted to ${roles.join(' and ')}` : ''
  process.stdout.write(`${applied} applied, schema version ${version}${granted}\n`)
}
