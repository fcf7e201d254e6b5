import { type } from 'arktype'

/** An identifier: 1 to 255 characters, not blank, without control characters. */
export const identifier = type(/^(?=[\s\S]*\S)[^\p{Cc}]{1,255}$/u)

/** The rule in words, as they stand behind "must be". */
export const identifierWords =
  'a string of 1 to 255 characters, not blank, without control characters'

/** Whether a value is fit to be an event's id or type. */
export const isIdentifier = (value: unknown): value is string => identifier.allows(value)
