/** What the fields of commerce events may be, each with its rule in words, as they stand behind "must be". */
import { type } from 'arktype'
import { identifier, identifierWords } from '../identifier.ts'
import { isInstant } from '../instant.ts'

const most = 1_000_000_000_000
const amountOf = type('0 <= number <= 1000000000000')
const countOf = type('1 <= number.integer <= 2147483647')

export const id = { type: identifier, words: identifierWords }
export const text = id

export const email = {
  type: type(/^[^\s@\p{Cc}]{1,64}@[^\s@\p{Cc}]{1,255}$/u),
  words: 'an e-mail address',
}

/** Its digits are kept as they were sent; read them as a decimal, not as a double. */
export const amount = { type: amountOf, words: `a number from 0 to ${most}` }

export const count = { type: countOf, words: 'a whole number from 1 to 2147483647' }

export const currency = {
  type: type(/^[A-Z]{3}$/),
  words: 'a currency of three capital letters (ISO 4217), such as USD',
}

export const instant = {
  type: type('string').narrow(isInstant),
  words: 'an RFC 3339 date and time with a zone, such as 2026-01-02T20:00:00Z',
}

export const adjustment = { type: type("'add' | 'remove'"), words: "'add' or 'remove'" }

export const items = {
  type: type({ sku: identifier, quantity: countOf, price: amountOf })
    .array()
    .atLeastLength(1)
    .atMostLength(1000),
  words:
    'a list of 1 to 1000 items, each with a sku, a quantity (1 or more) and a price (0 or more)',
}
