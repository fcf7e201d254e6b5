import type { Sql, Transaction } from '../postgres.ts'

/** An instant as RFC 3339 in UTC, to the microsecond and without digits that say nothing: `2025-10-20T10:00:00Z`. */
export const instantText = (sql: Sql | Transaction, column: string) => sql`
  rtrim(rtrim(to_char(${sql(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), '0'), '.') || 'Z'`
