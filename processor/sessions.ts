/**
 * A fixed number of sessions, lent one caller at a time. A session whose work fails for any reason but a bad record
 * is destroyed, and one whose connection was lost while nobody used it; the next caller gets a new one: nobody inherits a
 * connection in an unknown state.
 */
import type { PostgresConnection } from '../contracts/postgres-connection.ts'
import { failureOf } from './failure.ts'
import {
  type ObserveOperation,
  type Operation,
  openSession,
  type Session,
  type Sql,
  timed,
} from './session.ts'

export type Sessions = {
  /** Runs statements that belong together. */
  run<T>(operation: Operation, work: (sql: Sql) => Promise<T>): Promise<T>
  storeBatch: Session['storeBatch']
  close(): void
}

export function makeSessions(
  options: PostgresConnection,
  count: number,
  observe: ObserveOperation,
): Sessions {
  const idle: (Session | undefined)[] = Array.from({ length: count }, () => undefined)
  const waiting: ((slot: Session | undefined) => void)[] = []
  const all = new Set<Session>()

  const lend = (): Promise<Session | undefined> =>
    idle.length > 0
      ? Promise.resolve(idle.pop())
      : new Promise((resolve) => void waiting.push(resolve))

  const giveBack = (slot: Session | undefined) => {
    const next = waiting.shift()
    if (next) next(slot)
    else idle.push(slot)
  }

  const discard = (session: Session) => {
    session.destroy()
    all.delete(session)
  }

  const use = async <T>(work: (session: Session) => Promise<T>): Promise<T> => {
    let session = await lend()
    try {
      if (session?.isOpen() === false) {
        discard(session)
        session = undefined
      }
      if (session === undefined) {
        session = await openSession(options, observe)
        all.add(session)
      }
      return await session.whileOpen(work(session))
    } catch (err) {
      if (session !== undefined && failureOf(err) === 'world') {
        discard(session)
        session = undefined
      }
      throw err
    } finally {
      giveBack(session)
    }
  }

  return {
    run: (operation, work) => use(({ sql }) => timed(operation, observe, () => work(sql))),
    storeBatch: (rows, batch) => use((session) => session.storeBatch(rows, batch)),
    close() {
      for (const session of all) session.destroy()
    },
  }
}
