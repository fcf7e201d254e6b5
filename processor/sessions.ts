/**
 * A fixed number of sessions, lent one caller at a time. A session whose work fails for any reason but a bad record
 * is destroyed, and the next caller gets a new one: nobody inherits a connection in an unknown state.
 */
import type { PostgresConnection } from '../contracts/postgres-connection.ts'
import { failureOf } from './failure.ts'
import { openSession, type Session, withinDeadline } from './session.ts'

export type Sessions = {
  use<T>(work: (session: Session) => Promise<T>): Promise<T>
  close(): void
}

export function makeSessions(options: PostgresConnection, count: number): Sessions {
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

  return {
    async use(work) {
      let session = await lend()
      try {
        if (session === undefined) {
          session = await openSession(options)
          all.add(session)
        }
        return await withinDeadline(session, work(session))
      } catch (err) {
        if (session !== undefined && failureOf(err) === 'world') {
          session.destroy()
          all.delete(session)
          session = undefined
        }
        throw err
      } finally {
        giveBack(session)
      }
    },
    close() {
      for (const session of all) session.destroy()
    },
  }
}
