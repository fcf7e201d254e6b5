/** Lists events and dead letters by page, newest first, within a budget of time for each page. */
import type { DeadLetter, Listed, StoredEvent } from '../views/record-facts.ts'
import type { LetterFilter } from './letter-query.ts'
import { type Looked, type Slice, searchBack } from './search-back.ts'
import { type EventFilter, eventCursorOf, type Range } from './search-query.ts'
import type { Store } from './store.ts'

/** A page that has not found enough by then tells how far it has looked. */
const budgetMs = 200
const furthestMs = 400 * 24 * 60 * 60 * 1000
/** Clocks of ingests may be ahead of ours. */
const aheadMs = 24 * 60 * 60 * 1000

/** Of a payload in a list on a page. */
export const listedCharacters = 256

type Page = { readonly range: Range; readonly limit: number; readonly now: Date }

export async function listEvents(
  store: Pick<Store, 'eventsBetween'>,
  filter: EventFilter,
  page: Page & { readonly mostCharacters: number | undefined },
): Promise<Listed<StoredEvent>> {
  const { tenantId, eventType, payload } = filter
  const isNarrow = [tenantId, eventType, payload].some((each) => each !== undefined)
  const span = spanOf(page, filter.before?.at, isNarrow)
  const ask = (slice: Slice) => store.eventsBetween(filter, slice, page.mostCharacters)
  const looked = await searchBack(ask, span)
  return listed(looked, page.limit, eventCursorOf, (at) => `${at.getTime()}_${smallestUuid}`)
}

export async function listLetters(
  store: Pick<Store, 'lettersBetween'>,
  filter: LetterFilter,
  page: Page & { readonly mostBytes: number },
): Promise<Listed<DeadLetter>> {
  const before = filter.before && new Date(filter.before.at)
  const ask = (slice: Slice) => store.lettersBetween(filter, slice, page.mostBytes)
  const { tenantId, code, path, eventType, state } = filter
  const isNarrow = [tenantId, code, path, eventType, state].some((each) => each !== undefined)
  const looked = await searchBack(ask, spanOf(page, before, isNarrow))
  return listed(
    looked,
    page.limit,
    ({ cursor }) => cursor,
    (at) => `${at.toISOString().replace('Z', '000Z')}_0`,
  )
}

const smallestUuid = '00000000-0000-0000-0000-000000000000'

/** One more than is shown: whether there is a next page. What nothing narrows is read from its index at once. */
function spanOf({ range, limit, now }: Page, before: Date | undefined, isNarrow: boolean) {
  const newest = range.to ?? new Date(now.getTime() + aheadMs)
  const from = range.from ?? new Date(now.getTime() - furthestMs)
  const to = before && before < newest ? before : newest
  const future = Math.max(0, to.getTime() - now.getTime())
  const firstSliceMs = isNarrow ? future + 1000 : to.getTime() - from.getTime() + 1
  return { from, to, limit: limit + 1, budgetMs, firstSliceMs }
}

/** `cursorAt`: where a list goes on that was looked through down to an instant, included. */
function listed<Row>(
  { rows, lookedTo }: Looked<Row>,
  limit: number,
  cursorOf: (row: Row) => string,
  cursorAt: (at: Date) => string,
): Listed<Row> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  if (rows.length > limit && last !== undefined)
    return { rows: shown, next: cursorOf(last), lookedTo: null }
  return { rows: shown, next: lookedTo && cursorAt(lookedTo), lookedTo }
}
