/**
 * Whose fault a failed store is, as one pure decision. *The record is bad*: Postgres refuses one of its values, now
 * and always; that record alone becomes a dead letter. *The partition moved*: another flush counted it; read its
 * position again. *The world is bad*: everything else; wait and try again, dead-letter nothing.
 */
export type Failure = 'record' | 'moved' | 'world'

/** SQLSTATE that `store_batch` raises when the partition is counted elsewhere. */
const movedCode = 'PU001'

/**
 * Classes of SQLSTATE (PostgreSQL documentation, appendix A) that only a value can cause: 22 data exception, and 54
 * program limit exceeded (an index row too long, JSON nested too deeply).
 */
const recordClasses: readonly string[] = ['22', '54']

/** Integrity violations blame a record only when a column's or table's own constraint is named. */
const integrityClass = '23'

export function failureOf(error: unknown): Failure {
  const { code, constraint_name, column_name } = (error ?? {}) as Record<string, unknown>
  if (typeof code !== 'string') return 'world'
  if (code === movedCode) return 'moved'
  // Without a name it is a missing partition of the day (23514), which is ours to make.
  if (code.startsWith(integrityClass)) return constraint_name || column_name ? 'record' : 'world'
  return code.length === 5 && recordClasses.includes(code.slice(0, 2)) ? 'record' : 'world'
}
