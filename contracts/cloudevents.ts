/**
 * The attributes of a CloudEvent besides `id`, `type` and `time`, as its envelope holds them: by name, as canonical
 * strings (CloudEvents 1.0, "Type System"). What is no value of an attribute is there as it was sent, to be found here.
 */
import { type } from 'arktype'
import type { Finding } from './envelope.ts'

const string = type(/^[^\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]*$/u)
const text = {
  type: type(/^[^\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]+$/u),
  words: 'a string that is not empty, without control characters',
}

/** What the specification, and its documented extensions, say of single attributes; in words behind "must be". */
export const attributes = {
  specversion: { type: type("'1.0'"), words: '"1.0"' },
  source: {
    // The characters of RFC 3986, with percent signs only before two hexadecimal digits.
    type: type(/^(?:[\w\-.~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$/),
    words: 'a URI reference (RFC 3986), such as /orders',
  },
  subject: text,
  dataschema: {
    type: type(/^[A-Za-z][A-Za-z0-9+.-]*:(?:[\w\-.~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*$/),
    words: 'a URI (RFC 3986), such as https://example.com/order.json',
  },
  datacontenttype: {
    type: type(/^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:\s*;[^\p{Cc}]*)?$/u),
    words: 'a media type (RFC 2046), such as application/json',
  },
  partitionkey: text,
  traceparent: text,
} as const

const extension = { type: string, words: 'a string, a whole number, true or false' }

const required = ['specversion', 'source'] as const
const attributeName = /^[a-z0-9]+$/
const longestName = 100
/** One event may have thousands of attributes, all of them wrong. */
const mostFindings = 20

/** Paths are of the CloudEvent: `/source`. */
export function attributeFindings(given: object): Finding[] {
  const findings: Finding[] = []
  for (const name of required)
    if (!Object.hasOwn(given, name))
      findings.push({ code: 'FIELD_MISSING', path: `/${name}`, message: `missing ${name}` })
  for (const [name, value] of Object.entries(given)) {
    const path = `/${shortened(name).replaceAll('~', '~0').replaceAll('/', '~1')}`
    const wrong = wrongWith(name, value)
    if (wrong !== undefined) findings.push({ code: 'FIELD_INVALID', path, message: wrong })
    if (findings.length === mostFindings) break
  }
  return findings
}

function wrongWith(name: string, value: unknown): string | undefined {
  if (name === 'data_base64') return 'data_base64 must be base64 (RFC 4648), and not beside data'
  if (!attributeName.test(name) || name === 'data')
    return `${shortened(name)} must not be an attribute's name: those are of letters a-z and digits`
  const { type: rule, words } = isKnown(name) ? attributes[name] : extension
  return rule.allows(value) ? undefined : `${shortened(name)} must be ${words}`
}

const isKnown = (name: string): name is keyof typeof attributes => Object.hasOwn(attributes, name)

const shortened = (name: string): string =>
  name.length > longestName ? `${name.slice(0, longestName)}…` : name
