import type { DeadLetter } from '../../views/record-facts.ts'
import type { Sql } from '../postgres.ts'
import { deadLetterColumns } from './dead-letter-columns.ts'

/** One dead letter with `mostBytes` of its original; null when there is none with this id. */
export async function letterById(
  sql: Sql,
  id: number,
  mostBytes: number,
): Promise<DeadLetter | null> {
  const [row] = await sql<DeadLetter[]>`
    select ${deadLetterColumns(sql, mostBytes)} from dead_letters where id = ${id}`
  return row ?? null
}
