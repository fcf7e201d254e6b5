/**
 * Whose fault a failed step is, as one pure decision. *The projection's*: what it declares does not work, and would not
 * a second later; it pauses. *The world's*: Postgres is away, busy or restarting; try again, nothing is wrong here.
 */
import { reasonOf } from '../../contracts/reason.ts'

export type Fault = 'projection' | 'world'

/**
 * Classes of SQLSTATE (PostgreSQL documentation, appendix A) that a statement gets because of what it says or of what it
 * meets in its tables: cardinality, data, integrity, syntax and rights, limits, raised by functions, not supported.
 */
const ownClasses: readonly string[] = [
  '0A',
  '21',
  '22',
  '23',
  '2F',
  '38',
  '39',
  '42',
  '44',
  '54',
  'P0',
]

/** A statement that takes longer than it may. */
const statementTimeout = '57014'

export function faultOf(error: unknown): Fault {
  const { code } = (error ?? {}) as Record<string, unknown>
  if (typeof code !== 'string' || code.length !== 5) return 'world'
  return code === statementTimeout || ownClasses.includes(code.slice(0, 2)) ? 'projection' : 'world'
}

/** One sentence for people, bounded: what Postgres says may quote values. */
export const faultSentence = (error: unknown): string =>
  reasonOf(error).replaceAll('\0', '').slice(0, 500).toWellFormed()
