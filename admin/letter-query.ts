/** Decides which dead letters a list asks for, from its parameters. Pure. */
import { isAskable } from './instant-query.ts'
import { type Range, rangeIn, tooLong } from './list-parameters.ts'

/** What a list of dead letters is narrowed to; undefined narrows nothing, null means those that have none. */
export type LetterFilter = {
  readonly tenantId?: string | undefined
  readonly code?: string | undefined
  readonly path?: string | null | undefined
  readonly eventType?: string | null | undefined
  readonly state?: string | undefined
  /** The list goes on behind this letter: when it failed, to the microsecond, and its id. */
  readonly before?: { readonly at: string; readonly id: string } | undefined
}

export type LetterQuery =
  | {
      readonly is: 'list'
      readonly filter: LetterFilter
      readonly range: Range
      readonly limit: number
    }
  | { readonly is: 'invalid'; readonly message: string }

const most = {
  tenant: 64,
  code: 64,
  path: 2000,
  type: 255,
  /** Names of `path` and `type`, separated by a comma: letters that have none. */
  without: 16,
  state: 32,
  from: 40,
  to: 40,
  before: 80,
  limit: 9,
} as const

export type LetterParameter = keyof typeof most
export type LetterParameters = Readonly<Partial<Record<LetterParameter, string | undefined>>>
export const letterParameters = Object.keys(most) as readonly LetterParameter[]

export const usualLetters = 25
export const mostLetters = 200

export function letterQueryOf(given: LetterParameters, now: Date): LetterQuery {
  const wrong = tooLong(given, most)
  if (wrong !== undefined) return invalid(wrong)
  const limit = !given.limit ? usualLetters : limitIn(given.limit)
  if (limit === undefined) return invalid(`limit must be a whole number from 1 to ${mostLetters}`)
  const range = rangeIn(given, now)
  if (typeof range === 'string') return invalid(range)
  const without = given.without?.split(',') ?? []
  const before = given.before ? cursorIn(given.before) : null
  if (before === undefined) return invalid('before is not where a page ends')
  return {
    is: 'list',
    limit,
    range,
    filter: {
      tenantId: given.tenant || undefined,
      code: given.code || undefined,
      path: without.includes('path') ? null : given.path || undefined,
      eventType: without.includes('type') ? null : given.type || undefined,
      state: given.state || undefined,
      before: before ?? undefined,
    },
  }
}

const limitIn = (text: string): number | undefined => {
  const number = /^\d+$/.test(text) ? Number(text) : 0
  return number >= 1 && number <= mostLetters ? number : undefined
}

const cursor = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)_(\d{1,18})$/

function cursorIn(text: string): { at: string; id: string } | undefined {
  const [, at, id] = cursor.exec(text) ?? []
  if (at === undefined || id === undefined || !isAskable(new Date(at))) return undefined
  return { at, id }
}

const invalid = (message: string): LetterQuery => ({ is: 'invalid', message })
