/** Makes and drops databases of a server. Names come from this code, never from outside. */
import { inDatabase, type Sql, withSql } from './sql.ts'

/** The URL of the database `name` on the same server, created if it is missing. */
export async function ensureDatabase(server: string, name: string): Promise<string> {
  await withSql(server, async (sql) => {
    if (!(await databaseExists(sql, name))) await sql`create database ${sql(name)}`
  })
  return inDatabase(server, name)
}

export async function databaseExists(sql: Sql, name: string): Promise<boolean> {
  const found = await sql`select 1 from pg_database where datname = ${name}`
  return found.length > 0
}
