/**
 * Looks for rows from newest to oldest, one slice of time after another, until there are enough, the span is over, or the
 * budget is spent. A search that no index answers stays complete this way: what was not looked through yet is told, and
 * the next call goes on there. Slices grow while they are answered quickly. Pure but for the question and the clock.
 */
export type Slice = { readonly from: Date; readonly to: Date; readonly limit: number }

export type Looked<Row> = {
  readonly rows: readonly Row[]
  /** All rows of the span that are not younger than this were looked at; null: all of the span was. */
  readonly lookedTo: Date | null
}

type Span = {
  /** Included, both. */
  readonly from: Date
  readonly to: Date
  readonly limit: number
  readonly budgetMs: number
  /** How much of the span is asked for at first. */
  readonly firstSliceMs: number
}

const growth = 8
/** So many are asked for, however long they take: a busy machine finds something too. */
const leastSlices = 3

/** `ask` answers the newest rows of a slice, which includes both its ends, newest first. */
export async function searchBack<Row>(
  ask: (slice: Slice) => Promise<readonly Row[]>,
  span: Span,
  elapsedMs: () => number = () => performance.now(),
): Promise<Looked<Row>> {
  const started = elapsedMs()
  const rows: Row[] = []
  let to = span.to.getTime()
  let sliceMs = span.firstSliceMs
  for (let slices = 1; to >= span.from.getTime(); slices++) {
    const from = Math.max(to - sliceMs + 1, span.from.getTime())
    const asked = elapsedMs()
    const limit = span.limit - rows.length
    rows.push(...(await ask({ from: new Date(from), to: new Date(to), limit })))
    if (rows.length >= span.limit) return { rows, lookedTo: new Date(from) }
    to = from - 1
    const now = elapsedMs()
    const left = span.budgetMs - (now - started)
    if (left < 0 && slices >= leastSlices && to >= span.from.getTime())
      return { rows, lookedTo: new Date(from) }
    sliceMs = nextSlice(
      slices === 1 ? Math.min(sliceMs, longestFirstMs) : sliceMs,
      now - asked,
      left,
    )
  }
  return { rows, lookedTo: null }
}

const shortestMs = 250
/** The first slice may reach into the future, where nothing is: that says nothing about the next. */
const longestFirstMs = 1000

/** As much larger as the time that is left allows, if rows are as dense as they were. */
function nextSlice(sliceMs: number, tookMs: number, leftMs: number): number {
  const factor = tookMs < 1 ? growth : Math.min(growth, leftMs / 2 / tookMs)
  return Math.max(shortestMs, Math.floor(sliceMs * factor))
}
