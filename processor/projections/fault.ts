/**
 * Whose fault a failed step is, as one pure decision. *The projection's*: what it declares does not work, and would not
 * a second later; it pauses. *The world's*: Postgres is away, busy or restarting; try again, nothing is wrong here.
 */
import { reasonOf } from '../../contracts/reason.ts'

export type Fault = 'projection' | 'world'

/** What a projection itself is to blame for, found outside of its statements. */
export class ProjectionFault extends Error {
  override readonly name = 'ProjectionFault'
}

/** What `apply_batch` raises for an error in a statement of the projection; the detail is that error's own SQLSTATE. */
const statementFailed = 'PU004'

/**
 * Classes of SQLSTATE (PostgreSQL documentation, appendix A) that a statement gets because of what goes on around it:
 * connections, transactions that were rolled back for others, resources, locks, an operator, the system.
 */
const worldsClasses: readonly string[] = ['08', '25', '40', '53', '55', '57', '58', 'XX']

/** Also a session that lost its tables and functions is the world's: the next one has them. */
export function faultOf(error: unknown): Fault {
  if (error instanceof ProjectionFault) return 'projection'
  const { code, detail } = (error ?? {}) as Record<string, unknown>
  if (code !== statementFailed) return 'world'
  return worldsClasses.includes(String(detail).slice(0, 2)) ? 'world' : 'projection'
}

/** One sentence for people, bounded: what Postgres says may quote values. */
export const faultSentence = (error: unknown): string =>
  reasonOf(error).replaceAll('\0', '').slice(0, 500).toWellFormed()
