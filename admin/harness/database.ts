/** A database of its own for a test file of the admin: as the pages read it, and as a test writes to it. */
import { freshDatabase } from '../../infra/harness/database.ts'
import { openPostgres, type Sql } from '../postgres.ts'
import { makeStore, type Store } from '../store.ts'

export type AdminDatabase = {
  /** Patient, and read-only like all sessions of the admin. */
  readonly writer: Sql
  readonly reader: Sql
  /** Over `reader`. */
  readonly store: Store
  /** Runs what changes the tables, in one transaction. */
  write(work: (sql: Sql) => Promise<unknown>): Promise<unknown>
  end(): Promise<void>
}

export async function openAdminDatabase(given: {
  readerTimeoutMs: number
}): Promise<AdminDatabase> {
  const database = await freshDatabase()
  const open = (statementTimeoutMs: number) =>
    openPostgres({ databaseUrl: database.url, statementTimeoutMs })
  const [writer, reader] = [open(30_000), open(given.readerTimeoutMs)]
  return {
    writer,
    reader,
    store: storeOver(reader),
    write: (work) => writer.begin('read write', (tx) => work(tx as unknown as Sql)),
    async end() {
      await reader.end()
      await writer.end()
      await database.drop()
    },
  }
}

export const storeOver = (sql: Sql): Store => makeStore({ lend: (question) => question(sql) })
