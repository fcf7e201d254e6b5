/** The door of `infra` to Postgres: few connections, no notices, and a short wait for a server that is not there. */
import postgres from 'postgres'

export type Sql = postgres.Sql

/** Opens a pool that connects on first use. End it with `sql.end()`. */
export function openSql(url: string, connections = 1): Sql {
  return postgres(url, { max: connections, connect_timeout: 5, onnotice: () => {} })
}

/** Runs `work` with one connection and closes it in any case. */
export async function withSql<T>(url: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  const sql = openSql(url)
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
