/**
 * The only file that opens Postgres. Sessions are read-only and every statement has a deadline on the server.
 * Refuses to decide what a failure means to a page: that is `outage.ts`.
 * Bounds: 8 connections; a lost server is tried again after at most half a second. No server's deadline reaches a
 * connection that the network has forgotten: a question that has gone on for too long is given up, and others are
 * opened for those that follow. A server that is only slow goes on answering over the earlier ones; they are closed when
 * nobody asks over them, which is as long again at most: 16 connections then.
 */
import postgres from 'postgres'
import { type PostgresConnection, postgresTls } from '../contracts/postgres-connection.ts'
import { Unavailable } from './outage.ts'

/** A client that runs statements; `bigint` comes back as number (offsets and counts stay below 2^53). */
export type Sql = postgres.Sql<{ bigint: number }>
export type Transaction = postgres.TransactionSql<{ bigint: number }>

export type Pool = {
  /** Asks, and rejects when it goes on for too long; who asks afterwards is given other connections. */
  lend<T>(question: (sql: Sql) => Promise<T>): Promise<T>
  end(): Promise<void>
}

type PoolConfig = PostgresConnection & { readonly statementTimeoutMs: number }

type Lent = { readonly sql: Sql; questions: number }

/** `onGivenUp` is told how long a question had gone on, in milliseconds, when connections are given up for it. */
export function openPool(config: PoolConfig, onGivenUp: (waitedMs: number) => void): Pool {
  // A question of several statements, each behind others on its connection, may go on for longer: nobody waits for it.
  const mostMs = 2 * config.statementTimeoutMs + 1000
  const open = (): Lent => ({ sql: openPostgres(config), questions: 0 })
  let current = open()
  const giveUp = (lent: Lent) => {
    if (lent !== current) return
    current = open()
    onGivenUp(mostMs)
  }
  return {
    async lend(question) {
      const lent = current
      lent.questions++
      const late = Promise.withResolvers<never>()
      const timer = setTimeout(() => {
        giveUp(lent)
        late.reject(new Unavailable(`PostgreSQL did not answer within ${mostMs} ms`))
      }, mostMs)
      try {
        return await Promise.race([question(lent.sql), late.promise])
      } finally {
        clearTimeout(timer)
        lent.questions--
        if (lent !== current && lent.questions === 0)
          void lent.sql.end({ timeout: 0 }).catch(() => undefined)
      }
    },
    end: () => current.sql.end({ timeout: 1 }),
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
