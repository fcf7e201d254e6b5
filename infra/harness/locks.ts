import type { Sql } from '../sql.ts'
import { until } from './until.ts'

/**
 * Resolves once somebody in the database of `sql` waits for a lock: on the table, or without one for another
 * transaction's end. A lock of a transaction names no database: its session does.
 */
export const lockIsAwaited = (sql: Sql, table: string | null = null): Promise<unknown> =>
  until(`a lock is waited for${table ? ` on ${table}` : ''}`, async () => {
    const waiting = await sql`
      select from pg_locks join pg_stat_activity using (pid)
       where datname = current_database() and not granted
         and case when ${table}::text is null then locktype = 'transactionid'
                  else relation = ${table}::text::regclass end`
    return waiting.length > 0
  })
