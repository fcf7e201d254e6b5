/** What the parameters of every list have in common: how long they may be, and the time that a list is narrowed to. Pure. */
import { instantIn } from './instant-query.ts'

/** Included, both; undefined is without end. */
export type Range = { readonly from: Date | undefined; readonly to: Date | undefined }

/** What is wrong with the first parameter that is too long or holds what Postgres has no text for. */
export function tooLong<Name extends string>(
  given: Readonly<Partial<Record<Name, string | undefined>>>,
  most: Readonly<Record<Name, number>>,
): string | undefined {
  for (const name of Object.keys(most) as Name[]) {
    const value = given[name]
    if (value !== undefined && (value.length > most[name] || value.includes('\0')))
      return `${name} must have at most ${most[name]} characters`
  }
  return undefined
}

/** The time from `from` to `to`, or what is wrong with them. */
export function rangeIn(
  given: { readonly from?: string | undefined; readonly to?: string | undefined },
  now: Date,
): Range | string {
  const from = given.from ? instantIn(given.from, now) : null
  const to = given.to ? instantIn(given.to, now) : null
  if (from === undefined || to === undefined)
    return `${from === undefined ? 'from' : 'to'} must be an instant such as 15m, 7d or 2026-01-02T20:00Z`
  return { from: from ?? undefined, to: to ?? undefined }
}
