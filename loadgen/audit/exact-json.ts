/**
 * Whether two JSON texts mean the same value: members in any order, white space and escapes in any spelling, numbers
 * as exact decimals. No number passes through floating point: two integers that differ in their 20th digit differ.
 * Pure; a text that is not JSON means nothing, and is the same as nothing.
 */
export function isSameJson(one: string, other: string): boolean {
  if (one === other) return isJson(one)
  try {
    return Bun.deepEquals(readExact(one), readExact(other), true)
  } catch {
    return false
  }
}

/** Strings begin with `s`, numbers are strings that begin with `n`: neither is mistaken for the other. */
const readExact = (text: string): unknown =>
  JSON.parse(
    text.replace(stringOrNumber, (token) =>
      token.startsWith('"') ? `"s${token.slice(1)}` : `"n${exactDecimal(token)}"`,
    ),
  )

const stringOrNumber = /"(?:[^"\\]|\\.)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/g
const plainInteger = /^-?\d*[1-9]$/
const numberParts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/

/** Sign, digits without zeros at either end, and the power of ten: 1e2, 100 and 100.0 are all `1e2`. */
function exactDecimal(token: string): string {
  if (plainInteger.test(token)) return `${token}e0`
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = numberParts.exec(token) ?? []
  const digits = `${whole}${fraction}`.replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  if (significant === '') return '0'
  const power = Number(exponent) - fraction.length + (digits.length - significant.length)
  return `${sign}${significant}e${power}`
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
