/** What of an instant a pattern can say: all but how many days a month has. */
export const instantPattern =
  /^(?!0000)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:[Zz]|[+-](?:0\d|1[0-5]):[0-5]\d)$/

const daysInMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const

/**
 * Whether text is a real instant in RFC 3339 form: a date that exists, a zone, years 0001 to 9999 UTC, zones up to 15:59
 * (what Postgres takes), at most nine fraction digits. Leap seconds (:60) are refused.
 */
export function isInstant(text: string): boolean {
  if (!instantPattern.test(text)) return false
  const year = 100 * twoDigits(text, 0) + twoDigits(text, 2)
  if (twoDigits(text, 8) > lastDay(year, twoDigits(text, 5))) return false
  return year > 1 && year < 9999 ? true : isWithinYears(text)
}

/** Asked of every event: groups of the pattern would cost more than all the rest. */
const twoDigits = (text: string, at: number): number =>
  10 * (text.charCodeAt(at) - 48) + text.charCodeAt(at + 1) - 48

/** At both ends a zone can carry an instant out of the years that every reader takes. */
function isWithinYears(text: string): boolean {
  const ms = Date.parse(text.toUpperCase())
  return ms >= Date.parse('0001-01-01T00:00:00Z') && ms < Date.parse('+010000-01-01T00:00:00Z')
}

const lastDay = (year: number, month: number): number =>
  month === 2 && isLeap(year) ? 29 : (daysInMonth[month - 1] ?? 0)

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
