/** The door of `infra` to Postgres: few connections, no notices, and a short wait for a server that is not there. */
import postgres from 'postgres'
import { type PostgresConnection, postgresTls } from '../contracts/postgres-connection.ts'

export type Sql = postgres.Sql

/** A URL, or one with TLS beside it. */
export type Database = string | PostgresConnection

/** Opens a pool that connects on first use. End it with `sql.end()`. */
export function openSql(database: Database, connections = 1): Sql {
  const at = typeof database === 'string' ? { databaseUrl: database } : database
  const options = { max: connections, connect_timeout: 5, onnotice: () => {} }
  return postgres(at.databaseUrl, { ...options, ...postgresTls(at) })
}

/** Runs `work` with a pool and closes it in any case. */
export async function withSql<T>(
  database: Database,
  work: (sql: Sql) => Promise<T>,
  connections = 1,
): Promise<T> {
  const sql = openSql(database, connections)
  try {
    return await work(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}

/** The same server and user, another database. */
export function inDatabase(url: string, database: string): string {
  const changed = new URL(url)
  changed.pathname = `/${database}`
  return changed.href
}
