/**
 * What makes an event storable. The door tells a producer the same findings at once (as warnings) that the processor
 * later decides by (as a dead letter): both call `findingsIn`.
 */
import { type } from 'arktype'
import { attributeFindings } from './cloudevents.ts'
import { commerceFindings } from './commerce/findings.ts'
import { type Form, formOf, namesIn, pathAsSent } from './forms.ts'
import { identifier, identifierWords } from './identifier.ts'
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

/** One reason why an event cannot be stored. `path`: a JSON pointer (RFC 6901) into the event as its producer wrote it. */
export const finding = type({
  code: "'FIELD_MISSING' | 'FIELD_INVALID' | 'TEXT_UNSTORABLE' | 'NUMBER_UNSTORABLE'",
  path: 'string',
  message: 'string',
})

export type Finding = Readonly<typeof finding.infer>

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
  const form = formOf(event)
  const isEnvelope = form === 'envelope' && envelope.allows(event)
  const findings = isEnvelope ? [] : fieldFindings(event as Record<string, unknown>, form)
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
      const path = shortened(pathAsSent(form, found))
      const message = `text at ${path || 'the top'} holds \\u0000 or half of a surrogate pair`
      findings.push({ code: 'TEXT_UNSTORABLE', path, message })
    }
  }
  return findings
}

function fieldFindings(event: Record<string, unknown>, form: Form): Finding[] {
  const findings: Finding[] = []
  for (const field of envelopeFields) {
    const name = namesIn[form][field]
    if (!Object.hasOwn(event, field)) {
      if (form === 'cloudevent' && field === 'occurred_at') continue
      findings.push({ code: 'FIELD_MISSING', path: `/${name}`, message: `missing ${name}` })
    } else if (!fields[field].type.allows(event[field]))
      findings.push({
        code: 'FIELD_INVALID',
        path: `/${name}`,
        message: `${name} must be ${fields[field].words}`,
      })
  }
  if (form === 'cloudevent') findings.push(...attributeFindings(event.cloudevent as object))
  if (form === 'flat') findings.push(...commerceFindings(event.event_type, event.payload))
  return findings
}

const shortened = (path: string): string =>
  path.length > longestPath ? `${path.slice(0, longestPath)}…` : path

/**
 * An event in which nothing was found, as its envelope. A CloudEvent need not say when it occurred: then it did when it
 * was received.
 */
export const envelopeOf = (event: object, receivedAt: string): Envelope =>
  (event as Envelope).occurred_at === undefined
    ? { ...(event as Envelope), occurred_at: receivedAt }
    : (event as Envelope)
