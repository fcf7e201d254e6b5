/**
 * The only connection to Postgres: one session with its staging table and its store function.
 * Promises: every call ends, at the latest at its deadline, and then the connection is gone: a COPY that the server
 * refuses never returns by itself. A session that has failed is not used again; `sessions.ts` opens another.
 */
import postgres from 'postgres'
import { stagedColumns } from './copy-text.ts'
import storeBatchSql from './store-batch.sql' with { type: 'text' }

export type Sql = postgres.Sql

export type Session = {
  readonly sql: Sql
  /** Replaces what is staged by rows in COPY's text format. */
  stage(rows: string): Promise<void>
  /** Cuts the connection at once. */
  destroy(): void
}

/** Longer than the server's own statement timeout, so that the server's more precise error comes first. */
const deadlineMs = 35_000
const statementTimeoutMs = 30_000

export async function openSession(url: string): Promise<Session> {
  const sql = postgres(url, {
    max: 1,
    connect_timeout: 5,
    idle_timeout: 0,
    max_lifetime: null,
    fetch_types: false,
    onnotice() {},
    connection: {
      application_name: 'pulse-processor',
      statement_timeout: statementTimeoutMs,
      timezone: 'UTC',
    },
  })
  const destroy = () => void sql.end({ timeout: 0 }).catch(() => undefined)
  try {
    await sql.unsafe(storeBatchSql).simple()
  } catch (err) {
    destroy()
    throw err
  }
  return {
    sql,
    destroy,
    async stage(rows) {
      await sql`truncate pg_temp.staged, pg_temp.settled`
      const columns = sql(stagedColumns as unknown as string[])
      const copy = await sql`copy pg_temp.staged (${columns}) from stdin`.writable()
      await new Promise<void>((resolve, reject) => {
        copy.once('error', reject)
        copy.once('finish', resolve)
        copy.end(rows)
      })
    },
  }
}

/** Runs work on a session; when it takes longer than the deadline, cuts the connection and rejects. */
export async function withinDeadline<T>(session: Session, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      session.destroy()
      reject(new Error(`Postgres did not answer within ${deadlineMs} ms`))
    }, deadlineMs)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
