/**
 * The only file that opens Postgres. Sessions are read-only and every statement has a deadline on the server.
 * Refuses to decide what a failure means to a page: that is `outage.ts`.
 * Bounds: 8 connections; a lost server is tried again after at most half a second. No server's deadline reaches a
 * connection that the network has forgotten: when a question has waited for longer than any server lets it, all
 * connections are given up, and others are opened.
 */
import postgres from 'postgres'
import { type PostgresConnection, postgresTls } from '../contracts/postgres-connection.ts'

/** A client that runs statements; `bigint` comes back as number (offsets and counts stay below 2^53). */
export type Sql = postgres.Sql<{ bigint: number }>
export type Transaction = postgres.TransactionSql<{ bigint: number }>

export type Pool = {
  /** Asks with connections that are given up, and the question with them, when it waits for too long. */
  lend<T>(question: (sql: Sql) => Promise<T>): Promise<T>
  end(): Promise<void>
}

type PoolConfig = PostgresConnection & { readonly statementTimeoutMs: number }

/** `onGivenUp` is told how long a question had waited, in milliseconds. */
export function openPool(config: PoolConfig, onGivenUp: (waitedMs: number) => void): Pool {
  // One statement may wait behind another on its connection.
  const mostMs = 2 * config.statementTimeoutMs + 1000
  let sql = openPostgres(config)
  const giveUp = (lost: Sql) => {
    if (lost !== sql) return
    sql = openPostgres(config)
    onGivenUp(mostMs)
    void lost.end({ timeout: 0 }).catch(() => undefined)
  }
  return {
    async lend(question) {
      const lent = sql
      const timer = setTimeout(giveUp, mostMs, lent)
      try {
        return await question(lent)
      } finally {
        clearTimeout(timer)
      }
    },
    end: () => sql.end({ timeout: 1 }),
  }
}

export function openPostgres(config: PoolConfig): Sql {
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
      // Sums over many rows look dear, and dear plans are compiled, for longer than they run.
      jit: 'off',
    },
  })
}
