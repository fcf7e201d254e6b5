/** Whether everything that was ever stored is still there: what was dropped with its day cannot be applied again. */
import type { Sql } from '../../session.ts'

/** Why history is not whole, as a sentence; undefined when no day with events in it was dropped. */
export async function whatIsMissing(sql: Sql): Promise<string | undefined> {
  const [row] = await sql<{ days: number; last: string | null }[]>`
    select count(*)::integer as days, max(day)::text as last from dropped_days`
  return missingSentence(row?.days ?? 0, row?.last ?? '')
}

/** `days` were dropped, the last of them `last`. */
export function missingSentence(days: number, last: string): string | undefined {
  if (days === 0) return undefined
  const which =
    days === 1 ? `the events of ${last} are` : `${days} days of events, up to ${last}, are`
  return `history was dropped: ${which} gone. The tables as they are know more`
}
