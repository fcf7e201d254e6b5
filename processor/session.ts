/**
 * The only connection to Postgres: one session with its staging table and its store function.
 * Promises: work that is waited for by `whileOpen` ends, at the latest at its deadline, and then the connection is gone. By
 * itself a COPY that the server refuses never ends, nor one whose connection is lost once all of it is sent. A session that
 * has failed is not used again; `sessions.ts` opens another.
 */
import { pipeline } from 'node:stream/promises'
import postgres from 'postgres'
import { type PostgresConnection, postgresTls } from '../contracts/postgres-connection.ts'
import { stagedColumns } from './copy-text.ts'
import projectionBatchSql from './projections/batch.sql' with { type: 'text' }
import redriveSql from './redrive.sql' with { type: 'text' }
import settleOthersSql from './settle-others.sql' with { type: 'text' }
import storeBatchSql from './store-batch.sql' with { type: 'text' }

export type Sql = postgres.Sql
export type Transaction = postgres.TransactionSql

export type Session = {
  readonly sql: Sql
  /** Stages rows in COPY's text format, then decides and stores them as one batch of a partition. */
  storeBatch(rows: Iterable<Buffer>, batch: SessionBatch): Promise<Outcomes>
  /** Waits for work on this session, one at a time, for as long as there is a connection and until the deadline. */
  whileOpen<T>(work: Promise<T>): Promise<T>
  /** Whether its connection is still the one that it was opened with: another would have no table to stage in. */
  isOpen(): boolean
  /** Cuts the connection at once. */
  destroy(): void
}

export type SessionBatch = {
  readonly topicId: string
  readonly partition: number
  readonly from: bigint
  readonly until: bigint
  /** Whether the one row is a dead letter that is tried again. */
  readonly isRedrive: boolean
}

/** What became of the records that were counted now. */
export type Counts = Readonly<Record<'stored' | 'duplicate' | 'dead' | 'skipped', number>>

export type TypeCounts = {
  /** As the producer wrote it, '' when it cannot be read, 'other' for types beyond what is counted apart. */
  readonly type: string
  readonly stored: number
  readonly duplicate: number
  readonly dead: number
}

export type Outcomes = { readonly counts: Counts; readonly types: readonly TypeCounts[] }

/** What a statement is for: a label of metrics. */
export type Operation =
  | 'connect'
  | 'copy'
  | 'store'
  | 'position'
  | 'day'
  | 'dead_letters'
  | 'storage'
  | 'measure'
  | 'projection'

/** Told how long each operation took, whether it succeeded or not. */
export type ObserveOperation = (operation: Operation, seconds: number) => void

/** Longer than the server's own statement timeout, so that the server's more precise error comes first. */
const deadlineMs = 35_000
const statementTimeoutMs = 30_000

export async function openSession(
  options: PostgresConnection,
  observe: ObserveOperation,
): Promise<Session> {
  let lost: (error: Error) => void = () => {}
  let open = true
  const sql = postgres(options.databaseUrl, {
    ...postgresTls(options),
    max: 1,
    connect_timeout: 5,
    idle_timeout: 0,
    max_lifetime: null,
    fetch_types: false,
    onnotice() {},
    onclose() {
      open = false
      // A moment later: what is waited for mostly fails by itself, and says better why.
      setImmediate(() => lost(new Error('the connection to Postgres was lost')))
    },
    connection: {
      application_name: 'pulse-processor',
      statement_timeout: statementTimeoutMs,
      timezone: 'UTC',
    },
  })
  const destroy = () => void sql.end({ timeout: 0 }).catch(() => undefined)
  const whileOpen = async <T>(work: Promise<T>): Promise<T> => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const ended = new Promise<never>((_, reject) => {
      lost = reject
      timer = setTimeout(() => {
        destroy()
        reject(new Error(`Postgres did not answer within ${deadlineMs} ms`))
      }, deadlineMs)
    })
    try {
      return await Promise.race([work, ended])
    } finally {
      clearTimeout(timer)
      lost = () => {}
    }
  }
  try {
    const connected = timed('connect', observe, () =>
      sql.unsafe(storeBatchSql + settleOthersSql + redriveSql + projectionBatchSql).simple(),
    )
    await whileOpen(connected)
  } catch (err) {
    destroy()
    throw err
  }
  let dirty = false
  return {
    sql,
    whileOpen,
    isOpen: () => open,
    destroy,
    async storeBatch(rows, { topicId, partition, from, until, isRedrive }) {
      if (dirty) await sql`truncate pg_temp.staged`
      dirty = true
      await timed('copy', observe, () => copyIn(sql, rows))
      const [row] = await timed(
        'store',
        observe,
        () => sql<StoreBatchRow[]>`
          select stored, duplicate, dead, skipped, types
            from pg_temp.store_batch(${topicId}, ${partition}, ${String(from)}, ${String(until)}, ${isRedrive})`,
      )
      dirty = false
      if (row === undefined) throw new Error('store_batch returned no counts')
      return outcomesOf(row)
    },
  }
}

type StoreBatchRow = Record<keyof Counts, string> & {
  types: [type: string, stored: number, duplicate: number, dead: number][]
}

const outcomesOf = ({ stored, duplicate, dead, skipped, types }: StoreBatchRow): Outcomes => ({
  counts: {
    stored: Number(stored),
    duplicate: Number(duplicate),
    dead: Number(dead),
    skipped: Number(skipped),
  },
  types: types.map(([type, stored, duplicate, dead]) => ({ type, stored, duplicate, dead })),
})

/** Runs an operation and tells how long it took. */
export async function timed<T>(
  operation: Operation,
  observe: ObserveOperation,
  run: () => PromiseLike<T>,
): Promise<T> {
  const began = performance.now()
  try {
    return await run()
  } finally {
    observe(operation, (performance.now() - began) / 1000)
  }
}

async function copyIn(sql: Sql, rows: Iterable<Buffer>): Promise<void> {
  const columns = sql([...stagedColumns])
  await pipeline(rows, await sql`copy pg_temp.staged (${columns}) from stdin`.writable())
}
