/** Measures how many dead letters wait to be published. */
import { repeat } from './repeat.ts'
import type { Sessions } from './sessions.ts'

const everyMs = 10_000
const most = 10_000

/** Tells `report` every ten seconds, until the signal is given: the count, or undefined when it is not known. */
export const watchOutbox = (
  sessions: Sessions,
  report: (unpublished: number | undefined) => void,
  signal: AbortSignal,
): Promise<void> =>
  repeat(
    () =>
      countUnpublished(sessions)
        .catch(() => undefined)
        .then(report),
    everyMs,
    signal,
  )

/** Counts up to 10,000 and no further, of all partitions: an alarm needs no more. */
export async function countUnpublished(sessions: Sessions): Promise<number> {
  const [row] = await sessions.run(
    'measure',
    (sql) => sql<{ count: string }[]>`
      select count(*)
        from (select from dead_letters where published_at is null limit ${most}) unpublished`,
  )
  return Number(row?.count)
}
