/**
 * What makes an event storable. The door tells a producer the same findings at once (as warnings) that the processor
 * later decides by (as a dead letter): both call `findingsIn`.
 */
import { type } from 'arktype'
import { isInstant } from './instant.ts'
import { hasUnstorableNumber } from './unstorable-number.ts'
import { unstorableText } from './unstorable-text.ts'

export type Envelope = {
  readonly event_id: string
  readonly event_type: string
  readonly schema_version: number
  /** RFC 3339 with a zone. */
  readonly occurred_at: string
  readonly payload: Readonly<Record<string, unknown>>
}

/** One reason why an event cannot be stored. `path`: a JSON pointer (RFC 6901) into the event. */
export const finding = type({
  code: "'FIELD_MISSING' | 'FIELD_INVALID' | 'TEXT_UNSTORABLE' | 'NUMBER_UNSTORABLE'",
  path: 'string',
  message: 'string',
})

export type Finding = Readonly<typeof finding.infer>

/** An identifier: 1 to 255 characters, not blank, without control characters. */
const identifier = type(/^(?=[\s\S]*\S)[^\p{Cc}]{1,255}$/u)
const identifierWords = 'a string of 1 to 255 characters, not blank, without control characters'

export const fields = {
  event_id: { type: identifier, words: identifierWords },
  event_type: { type: identifier, words: identifierWords },
  schema_version: {
    type: type('1 <= number.integer <= 2147483647'),
    words: 'a whole number from 1 to 2147483647',
  },
  occurred_at: {
    type: type('string').narrow(isInstant),
    words: 'an RFC 3339 date and time with a zone, such as 2026-01-02T20:00:00Z',
  },
  payload: {
    type: type('object').narrow(isNoArray),
    words: 'a JSON object',
  },
} as const

export const envelope = type({
  event_id: fields.event_id.type,
  event_type: fields.event_type.type,
  schema_version: fields.schema_version.type,
  occurred_at: fields.occurred_at.type,
  payload: fields.payload.type,
})

export function isNoArray(value: object): boolean {
  return !Array.isArray(value)
}

/** Whether a value is fit to be an event's id or type. */
export const isIdentifier = (value: unknown): value is string => identifier.allows(value)

/** Field names of the envelope, in the order in which they are documented. */
export const envelopeFields = Object.keys(fields) as readonly (keyof Envelope)[]

/** Characters of a path in a finding: keys are the producer's, and may be as long as an event. */
const longestPath = 255

/**
 * What keeps an event from being stored; nothing when it can be.
 * @param event a parsed JSON object
 * @param json the JSON text it was parsed from, or a text that holds it
 */
export function findingsIn(event: object, json: string): readonly Finding[] {
  const findings = envelope.allows(event) ? [] : fieldFindings(event as Record<string, unknown>)
  if (hasUnstorableNumber(json))
    findings.push({
      code: 'NUMBER_UNSTORABLE',
      path: '',
      message: 'a number has an exponent beyond 999',
    })
  // Only an escape can bring in what Postgres refuses: raw control characters are no JSON, raw surrogates no UTF-8.
  if (json.includes('\\u')) {
    const found = unstorableText(event)
    if (found !== undefined) {
      const path = found.length > longestPath ? `${found.slice(0, longestPath)}…` : found
      const message = `text at ${path || 'the top'} holds \\u0000 or half of a surrogate pair`
      findings.push({ code: 'TEXT_UNSTORABLE', path, message })
    }
  }
  return findings
}

function fieldFindings(event: Record<string, unknown>): Finding[] {
  const findings: Finding[] = []
  for (const name of envelopeFields) {
    if (!Object.hasOwn(event, name))
      findings.push({ code: 'FIELD_MISSING', path: `/${name}`, message: `missing ${name}` })
    else if (!fields[name].type.allows(event[name]))
      findings.push({
        code: 'FIELD_INVALID',
        path: `/${name}`,
        message: `${name} must be ${fields[name].words}`,
      })
  }
  return findings
}
