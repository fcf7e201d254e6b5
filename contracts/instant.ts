const shape = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)$/

const daysInMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const

/**
 * Whether text is a real instant in RFC 3339 form: a date that exists, a zone, years 0001 to 9999 UTC, zones up to 15:59
 * (what Postgres takes), at most nine fraction digits. Leap seconds (:60) are refused.
 */
export function isInstant(text: string): boolean {
  if (!shape.test(text)) return false
  const year = 100 * twoDigits(text, 0) + twoDigits(text, 2)
  const month = twoDigits(text, 5)
  const day = twoDigits(text, 8)
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > lastDay(year, month)) return false
  if (twoDigits(text, 11) > 23 || twoDigits(text, 14) > 59 || twoDigits(text, 17) > 59) return false
  const end = text.length
  const hasOffset = text[end - 3] === ':'
  if (hasOffset && (twoDigits(text, end - 5) > 15 || twoDigits(text, end - 2) > 59)) return false
  return year > 1 && year < 9999 ? true : isWithinYears(text)
}

/** Asked of every event: groups of the pattern would cost three times the rest. */
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
