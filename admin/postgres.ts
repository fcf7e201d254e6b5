/**
 * The only file that opens Postgres. Sessions are read-only and every statement has a deadline on the server.
 * Refuses to decide what a failure means to a page: that is `outage.ts`.
 * Bounds: 8 connections; a lost server is tried again after at most half a second.
 */
import postgres from 'postgres'
import { type PostgresConnection, postgresTls } from '../contracts/postgres-connection.ts'

/** A client that runs statements; `bigint` comes back as number (offsets and counts stay below 2^53). */
export type Sql = postgres.Sql<{ bigint: number }>
export type Transaction = postgres.TransactionSql<{ bigint: number }>

export function openPostgres(
  config: PostgresConnection & { readonly statementTimeoutMs: number },
): Sql {
  return postgres(config.databaseUrl, {
    ...postgresTls(config),
    max: 8,
    connect_timeout: 2,
    idle_timeout: 60,
    backoff: (attempt) => Math.min(0.05 * 2 ** attempt, 0.5),
    fetch_types: false,
    onnotice: () => {},
    types: {
      bigint: {
        to: 20,
        from: [20],
        serialize: String,
        parse: Number,
      },
    },
    connection: {
      application_name: 'pulse-admin',
      statement_timeout: config.statementTimeoutMs,
      default_transaction_read_only: true,
    },
  })
}
