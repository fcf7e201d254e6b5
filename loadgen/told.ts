/**
 * What was said of one event, whichever way it came in: an HTTP status, and the words that answers are compared by.
 * Pure.
 */
import { type Body, bodyText } from './http/response.ts'

export type Told = {
  /** That of a single event's answer; 0 when it cannot be told what was said of this event. */
  readonly status: number
  /** Status and what else counts, for example `202 new` or `400 INVALID_JSON`. */
  readonly words: string
  /** When to repeat. */
  readonly retryAfterSeconds: number | undefined
}

export const tellNew: Told = { status: 202, words: '202 new', retryAfterSeconds: undefined }
export const tellDuplicate: Told = { ...tellNew, words: '202 duplicate' }

/** What is said of an event with a 202, as JSON has it: none of it can be relied on. */
export type Acceptance = {
  readonly duplicate?: unknown
  readonly warnings?: readonly { readonly code?: unknown; readonly path?: unknown }[]
}

export function tellAccepted({ duplicate, warnings }: Acceptance): Told {
  if (typeof duplicate !== 'boolean') return { ...tellNew, words: '202 without a verdict' }
  const told = duplicate ? tellDuplicate : tellNew
  const first = Array.isArray(warnings) ? warnings[0] : undefined
  if (first === undefined) return told
  return { ...told, words: `${told.words}, warned ${first.code} ${first.path}` }
}

export const tellRefused = (
  status: number,
  code: unknown,
  retryAfterSeconds: number | undefined,
): Told => ({ status, words: `${status} ${code ?? 'without a code'}`, retryAfterSeconds })

/** Of an event of which nothing was said that can be relied on: whether it is in is open. */
export const tellNothing = (words: string): Told => ({
  status: 0,
  words,
  retryAfterSeconds: undefined,
})

/** The JSON object that a body is; undefined when it is anything else. */
export function objectIn<T extends object>(body: Body): T | undefined {
  try {
    const value: unknown = JSON.parse(bodyText(body))
    return typeof value === 'object' && value !== null ? (value as T) : undefined
  } catch {
    return undefined
  }
}
