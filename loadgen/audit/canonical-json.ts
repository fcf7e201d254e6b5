/**
 * JSON in one spelling for each value, so that two texts mean the same exactly when they read the same: members
 * sorted, no white space, strings as JSON.stringify writes them, numbers as exact decimals. No number passes through
 * floating point: two integers that differ in their 20th digit stay two. Pure; throws on what is not JSON.
 */
export function canonicalJson(text: string): string {
  const marked = text.replace(stringOrNumber, (token) =>
    token.startsWith('"') ? `"s${token.slice(1)}` : `"n${exactDecimal(token)}"`,
  )
  return written(JSON.parse(marked))
}

const stringOrNumber = /"(?:[^"\\]|\\.)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/g

const numberParts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/

/** Sign, digits without zeros at either end, and the power of ten: 1e2, 100 and 100.0 are all `1e2`. */
function exactDecimal(token: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = numberParts.exec(token) ?? []
  const digits = `${whole}${fraction}`.replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  if (significant === '') return '0'
  const power = Number(exponent) - fraction.length + (digits.length - significant.length)
  return `${sign}${significant}e${power}`
}

function written(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(written).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, each]) => `${JSON.stringify(name)}:${written(each)}`).join(',')}}`
}
