/** Lists events and dead letters by page, newest first, within a budget of time for each page. */
import type { DeadLetter, Listed, StoredEvent } from '../views/record-facts.ts'
import type { LetterFilter } from './letter-query.ts'
import type { Range } from './list-parameters.ts'
import { type Looked, type Searched, type Span, searchBack } from './search-back.ts'
import { type EventFilter, eventCursorOf } from './search-query.ts'
import type { Store } from './store.ts'

/** A page that has not found enough by then tells how far it has looked. */
const budgetMs = 200
const furthestMs = 400 * 24 * 60 * 60 * 1000
/** Clocks of ingests may be ahead of ours. */
const aheadMs = 24 * 60 * 60 * 1000

/** Of a payload in a list on a page. */
export const listedCharacters = 256

type Page = { readonly range: Range; readonly limit: number; readonly now: Date }

type EventStore = Pick<Store, 'eventsBetween' | 'eventsBack'>

export async function listEvents(
  store: EventStore,
  filter: EventFilter,
  page: Page & { readonly mostCharacters: number | undefined },
): Promise<Listed<StoredEvent>> {
  const span = spanOf(page, filter.before?.at)
  const looked = await newestEvents(store, filter, span, page.mostCharacters)
  return listed(looked, page.limit, eventCursorOf, (at) => `${at.getTime()}_${smallestUuid}`)
}

const smallestUuid = '00000000-0000-0000-0000-000000000000'

/** The newest events of a span that pass, with `mostCharacters` of their payloads. */
export function newestEvents(
  store: EventStore,
  filter: EventFilter,
  span: Span,
  mostCharacters: number | undefined,
): Promise<Looked<StoredEvent>> {
  const { tenantId, eventType, payload } = filter
  return look([tenantId, eventType, payload], span, {
    back: (...asked) => store.eventsBack(...asked),
    rows: (slice) => store.eventsBetween(filter, slice, mostCharacters),
  })
}

export async function listLetters(
  store: Pick<Store, 'lettersBetween' | 'lettersBack'>,
  filter: LetterFilter,
  page: Page & { readonly mostBytes: number },
): Promise<Listed<DeadLetter>> {
  const { tenantId, code, path, eventType, state, before } = filter
  const span = spanOf(page, before && new Date(before.at))
  const looked = await look([tenantId, code, path, eventType, state], span, {
    back: (...asked) => store.lettersBack(...asked),
    rows: (slice) => store.lettersBetween(filter, slice, page.mostBytes),
  })
  return listed(
    looked,
    page.limit,
    ({ cursor }) => cursor,
    (at) => `${at.toISOString().replace('Z', '000Z')}_0`,
  )
}

/** One more than is shown: whether there is a next page. */
function spanOf({ range, limit, now }: Page, before: Date | undefined): Span {
  const newest = range.to ?? new Date(now.getTime() + aheadMs)
  const from = range.from ?? new Date(now.getTime() - furthestMs)
  const to = before && before < newest ? before : newest
  return { from, to, limit: limit + 1, budgetMs }
}

/** What nothing narrows is read from its index at once. */
async function look<Row>(
  narrowedBy: readonly unknown[],
  span: Span,
  searched: Searched<Row>,
): Promise<Looked<Row>> {
  if (narrowedBy.some((each) => each !== undefined)) return await searchBack(searched, span)
  return { rows: await searched.rows(span), lookedTo: null }
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
