/**
 * Looks for rows from newest to oldest, one slice of time after another, until there are enough, the span is over, or the
 * budget is spent. A search that no index answers stays complete this way: what was not looked through yet is told, and
 * the next call goes on there. A slice is as long as a number of rows lasts, so that a quiet night costs nothing and a
 * busy day no more than its budget; it holds more of them while slices are answered quickly. Pure but for the questions
 * and the clock.
 */
import { isCutOff } from './outage.ts'

export type Slice = { readonly from: Date; readonly to: Date; readonly limit: number }

export type Searched<Row> = {
  /** When the `count`-th newest row between two instants was, whatever it is; null when there are fewer. */
  back(from: Date, to: Date, count: number): Promise<Date | null>
  /** The newest rows of a slice that pass, newest first. A slice includes both its ends. */
  rows(slice: Slice): Promise<readonly Row[]>
}

export type Looked<Row> = {
  readonly rows: readonly Row[]
  /** All rows of the span that are not younger than this were looked at; null: all of the span was. */
  readonly lookedTo: Date | null
}

export type Span = {
  /** Included, both. */
  readonly from: Date
  readonly to: Date
  readonly limit: number
  readonly budgetMs: number
}

const leastRows = 500
const mostRows = 20_000
const growth = 8
/** How far back the next rows are looked for at first: a question that names a year is planned for each of its days. */
const firstReachMs = 2 * 24 * 60 * 60 * 1000
/** So many slices are asked for, if they take no longer than twice the budget: a busy machine finds something too. */
const leastSlices = 3

/** Rejects with the failure of a question; when one was cut off for its time, only if no slice was finished before it. */
export async function searchBack<Row>(
  searched: Searched<Row>,
  span: Span,
  elapsedMs: () => number = () => performance.now(),
): Promise<Looked<Row>> {
  const started = elapsedMs()
  const rows: Row[] = []
  let to = span.to
  let count = leastRows
  let reachMs = firstReachMs
  let lookedTo: Date | null = null
  for (let slices = 1; to >= span.from; slices++) {
    const asked = elapsedMs()
    try {
      const furthest = new Date(Math.max(span.from.getTime(), to.getTime() - reachMs))
      const back: Date | null = await searched.back(furthest, to, count)
      if (back === null) reachMs *= growth
      const from = back ?? furthest
      rows.push(...(await searched.rows({ from, to, limit: span.limit - rows.length })))
      lookedTo = from
    } catch (error) {
      if (lookedTo === null || !isCutOff(error)) throw error
      return { rows, lookedTo }
    }
    if (rows.length >= span.limit) return { rows, lookedTo }
    to = new Date(lookedTo.getTime() - 1)
    const now = elapsedMs()
    const left = span.budgetMs - (now - started)
    const isOver = left < 0 && (slices >= leastSlices || left < -span.budgetMs)
    if (isOver && to >= span.from) return { rows, lookedTo }
    count = nextCount(count, now - asked, left)
  }
  return { rows, lookedTo: null }
}

/** As many more as the time that is left allows, if rows cost what they did. */
function nextCount(count: number, tookMs: number, leftMs: number): number {
  const factor = tookMs < 1 ? growth : Math.min(growth, leftMs / 2 / tookMs)
  return Math.min(mostRows, Math.max(leastRows, Math.floor(count * factor)))
}
