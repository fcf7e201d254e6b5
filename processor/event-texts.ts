/**
 * A record's text in the parts that the store wants: with its payload apart, Postgres need not parse the whole record to
 * find it. Pure.
 */
import type { Envelope } from '../contracts/envelope.ts'

/** `head`, `payload` and `tail` together are the record's text. */
export type EventTexts = {
  readonly head: string
  /** The payload's JSON as its producer wrote it; undefined when Postgres has to look for it, in `head`. */
  readonly payload: string | undefined
  readonly tail: string
  /** The JSON of what the event has beside its envelope, where `payload` is known; undefined when that is nothing. */
  readonly extra: string | undefined
}

const quotedName = '"payload"'
/** What a letter of a name may be written with instead. */
const letterEscape = '\\u'
const colon = 0x3a
const envelopeFields = 5
/** Of a longer record the payload is the most anyway; and one that is nested without end would cost seconds. */
const longestRecord = 32 * 1024

/**
 * A program's JSON comes back from its own parsed value, number for number. Where it does, and no second `payload` is in
 * the record that could be the one that was found, it is what its producer wrote. Other JSON (with white space, with
 * numbers that a double changes) is left to Postgres.
 */
export function eventTexts(record: string, event: Envelope): EventTexts {
  const at = payloadAt(record)
  const extra = extraOf(event)
  const payload = at === undefined || extra === null ? undefined : jsonOf(event.payload)
  return at !== undefined &&
    extra !== null &&
    payload !== undefined &&
    record.startsWith(payload, at)
    ? { head: record.slice(0, at), payload, tail: record.slice(at + payload.length), extra }
    : { head: record, payload: undefined, tail: '', extra: undefined }
}

/** Where the value begins of the only thing called `payload`. */
function payloadAt(record: string): number | undefined {
  if (record.length > longestRecord || record.includes(letterEscape)) return undefined
  const behind = record.indexOf(quotedName) + quotedName.length
  const isOnly = record.charCodeAt(behind) === colon && record.indexOf(quotedName, behind) < 0
  return isOnly ? behind + 1 : undefined
}

/** Undefined where it is nested deeper than the stack. */
function jsonOf(payload: object): string | undefined {
  try {
    return JSON.stringify(payload)
  } catch {
    return undefined
  }
}

/** Null where it holds what may not come back as it was. */
function extraOf(event: Envelope): string | undefined | null {
  const names = Object.keys(event)
  if (names.length === envelopeFields) return undefined
  // Without a prototype: a field may be called __proto__.
  const extra: Record<string, string> = Object.create(null)
  for (const name of names) {
    if (isEnvelopeField(name)) continue
    const value = (event as unknown as Record<string, unknown>)[name]
    if (typeof value !== 'string') return null
    extra[name] = value
  }
  return JSON.stringify(extra)
}

const isEnvelopeField = (name: string): boolean =>
  name === 'event_id' ||
  name === 'event_type' ||
  name === 'schema_version' ||
  name === 'occurred_at' ||
  name === 'payload'
