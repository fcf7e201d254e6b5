import type { Sql } from '../postgres.ts'

/** Resolves when Postgres answers a statement. */
export async function ping(sql: Sql): Promise<void> {
  await sql`select 1`
}
