/** Whether a fault was one: what is broken so that nobody notices proves nothing. */
import type { Sql } from '../sql.ts'

/** Throws when an event was stored within the last seconds, although the load goes on; undoes the fault in any case. */
export async function mustHaveStopped(
  sql: Sql,
  forSeconds: number,
  undo: () => Promise<void>,
): Promise<void> {
  const [row] = await sql<{ stored: boolean }[]>`
    select coalesce(max(updated_at) > clock_timestamp() - ${forSeconds} * interval '1 s', false) as stored
      from pipeline_offsets`
  await undo()
  if (row?.stored) throw new Error('events were stored all the while: nothing was broken')
}

/** Throws when every dead letter is published. */
export async function mustOweDeadLetters(sql: Sql): Promise<void> {
  const owed = await sql`select from dead_letters where published_at is null limit 1`
  if (owed.length === 0) throw new Error('dead letters were published: nothing was broken')
}
