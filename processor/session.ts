/**
 * The only connection to Postgres: one session with its staging table and its store function.
 * Promises: every call ends, at the latest at its deadline, and then the connection is gone: a COPY that the server
 * refuses never returns by itself. A session that has failed is not used again; `sessions.ts` opens another.
 */
import postgres from 'postgres'
import { type PostgresConnection, postgresTls } from '../contracts/postgres-connection.ts'
import { stagedColumns } from './copy-text.ts'
import storeBatchSql from './store-batch.sql' with { type: 'text' }

export type Sql = postgres.Sql

export type Session = {
  readonly sql: Sql
  /** Stages rows in COPY's text format, then decides and stores them as one batch of a partition. */
  storeBatch(rows: string, batch: SessionBatch): Promise<SessionCounts>
  /** Cuts the connection at once. */
  destroy(): void
}

export type SessionBatch = {
  readonly topicId: string
  readonly partition: number
  readonly from: bigint
  readonly until: bigint
}

export type SessionCounts = Readonly<Record<'stored' | 'duplicate' | 'dead' | 'skipped', number>>

/** Longer than the server's own statement timeout, so that the server's more precise error comes first. */
const deadlineMs = 35_000
const statementTimeoutMs = 30_000

export async function openSession(options: PostgresConnection): Promise<Session> {
  const sql = postgres(options.databaseUrl, {
    ...postgresTls(options),
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
  let dirty = false
  return {
    sql,
    destroy,
    async storeBatch(rows, { topicId, partition, from, until }) {
      if (dirty) await sql`truncate pg_temp.staged, pg_temp.settled`
      dirty = true
      await copyIn(sql, rows)
      const [counts] = await sql<Record<keyof SessionCounts, string>[]>`
        select stored, duplicate, dead, skipped
          from pg_temp.store_batch(${topicId}, ${partition}, ${String(from)}, ${String(until)})`
      dirty = false
      if (counts === undefined) throw new Error('store_batch returned no counts')
      return {
        stored: Number(counts.stored),
        duplicate: Number(counts.duplicate),
        dead: Number(counts.dead),
        skipped: Number(counts.skipped),
      }
    },
  }
}

async function copyIn(sql: Sql, rows: string): Promise<void> {
  const columns = sql([...stagedColumns])
  const copy = await sql`copy pg_temp.staged (${columns}) from stdin`.writable()
  await new Promise<void>((resolve, reject) => {
    copy.once('error', reject)
    copy.once('finish', resolve)
    copy.end(rows)
  })
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
