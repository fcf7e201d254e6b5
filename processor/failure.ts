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
 * program limit exceeded (an index row too long, JSON nested too deeply). Not 23, integrity violations: decoding leaves
 * none to a record, so one is a fault of ours (or a day's partition that is missing), and must not cost an event.
 */
const recordClasses: readonly string[] = ['22', '54']

export function failureOf(error: unknown): Failure {
  const { code } = (error ?? {}) as Record<string, unknown>
  if (typeof code !== 'string') return 'world'
  if (code === movedCode) return 'moved'
  return code.length === 5 && recordClasses.includes(code.slice(0, 2)) ? 'record' : 'world'
}
