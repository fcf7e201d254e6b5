/**
 * Whether JSON text holds a number whose exponent has four digits or more. Postgres keeps numbers exactly: it would
 * write `1e131000` out in 131,000 digits, and a few thousand of those make a row that can be stored but never read.
 * A beyond-double exponent means nothing to other readers either.
 */
export function hasUnstorableNumber(text: string): boolean {
  // Almost no text has anything like it, in a number or in a string.
  return suspect.test(text) && suspect.test(text.replace(strings, '""'))
}

/** Up to what ends a number: ids have the rest of it in plenty. */
const suspect = /[0-9][eE][+-]?0*[1-9][0-9]{3,}(?:[\s,\]}]|$)/
const strings = /"(?:[^"\\]|\\.)*"/g
