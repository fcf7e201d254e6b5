/**
 * In which form a request for one event has it, by its headers alone (HTTP protocol binding of CloudEvents, section 3):
 * pure. The media type decides; an event in JSON with a `ce-specversion` header is a CloudEvent's data.
 */
import { type EventFormat, eventFormatOf } from '../media-type.ts'
import { type Refused, refused } from '../refused.ts'
import type { BinaryHead } from './ce-binary.ts'
import { attributeHeaders } from './ce-headers.ts'

export type ContentMode =
  /** The body is all of it. */
  | { readonly kind: 'whole'; readonly format: EventFormat }
  /** The body is a CloudEvent's data. */
  | ({ readonly kind: 'binary' } & BinaryHead)
  | Refused

type Headers = {
  getHeader(lowerCaseName: string): string
  forEach(each: (lowerCaseName: string, value: string) => void): void
}

/** To be asked while the request can be read. */
export function contentModeOf(request: Headers): ContentMode {
  const contentType = request.getHeader('content-type')
  const format = eventFormatOf(contentType)
  if (format === 'cloudevent') return structured
  if (request.getHeader('ce-specversion') === '') return format === 'event' ? event : untaken
  // A format of CloudEvents that is not known here could be in the body: then the headers are only a copy.
  if (/^application\/cloudevents/i.test(contentType)) return untaken
  return { kind: 'binary', contentType, headers: attributeHeaders(request) }
}

const event: ContentMode = { kind: 'whole', format: 'event' }
const structured: ContentMode = { kind: 'whole', format: 'cloudevent' }
const untaken: ContentMode = refused(
  'UNSUPPORTED_MEDIA_TYPE',
  'Send Content-Type: application/json for an event or application/cloudevents+json for a CloudEvent, in UTF-8, or a ce-specversion header beside any other type',
)
