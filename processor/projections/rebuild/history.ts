/** Whether everything that was ever stored is still there: what was dropped with its day cannot be applied again. */
import type { Sql } from '../../session.ts'

/** Why history is not whole, as a sentence; undefined when it is. Counts day by day, for as long as that takes. */
export async function whatIsMissing(
  run: <T>(work: (sql: Sql) => Promise<T>) => Promise<T>,
): Promise<string | undefined> {
  // In this order: what is stored meanwhile makes the second number larger.
  const [counted] = await run(
    (sql) => sql<{ stored: string }[]>`
      select coalesce(sum(stored), 0) as stored from pipeline_offsets`,
  )
  const days = await run(
    (sql) => sql<{ name: string }[]>`
      select inhrelid::regclass::text as name from pg_inherits
       where inhparent = 'events'::regclass order by 1`,
  )
  let kept = 0
  for (const { name } of days) {
    const [day] = await run((sql) => sql<{ count: string }[]>`select count(*) from ${sql(name)}`)
    kept += Number(day?.count)
  }
  return missingSentence(Number(counted?.stored), kept, days[0]?.name)
}

/** `stored` events ever, `kept` of them in the tables of days, the first of which is `oldestDay`. */
export function missingSentence(
  stored: number,
  kept: number,
  oldestDay: string | undefined,
): string | undefined {
  if (kept >= stored) return undefined
  const since = oldestDay === undefined ? '' : `, the oldest of which are in ${oldestDay}`
  return `history was dropped: ${stored} events were stored, ${kept} are left${since}. The tables as they are know more`
}
