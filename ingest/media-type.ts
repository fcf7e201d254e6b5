/** What a body is, by its `Content-Type`: pure. */

/** What an event's bytes are: an event in JSON (an envelope, or a flat one), or a CloudEvent in its JSON format. */
export type EventFormat = 'event' | 'cloudevent'

/** How a batch's events follow each other: as elements of a JSON array, or one a line; and what each of them is. */
export type BatchFormat = 'array' | 'lines' | 'cloudevents'

/** What an event may be, in the words of an Accept header. A CloudEvent's data may be of any type. */
export const eventMediaTypes = 'application/json, application/cloudevents+json'

/** What a batch may be. */
export const batchMediaTypes =
  'application/json, application/x-ndjson, application/cloudevents-batch+json'

/** Longer ones are nothing of ours: what may stand between the words would cost the square of its length. */
const longest = 100
const charset = String.raw`\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?;?\s*$`
const json = new RegExp(`^application/json${charset}`, 'i')
const ndjson = new RegExp(`^application/x-ndjson${charset}`, 'i')
const cloudEvent = new RegExp(`^application/cloudevents\\+json${charset}`, 'i')
const cloudEvents = new RegExp(`^application/cloudevents-batch\\+json${charset}`, 'i')

const isJson = (contentType: string): boolean =>
  contentType === 'application/json' || (contentType.length <= longest && json.test(contentType))

/** Undefined for another type, or another character set. */
export function eventFormatOf(contentType: string): EventFormat | undefined {
  if (isJson(contentType)) return 'event'
  return contentType.length <= longest && cloudEvent.test(contentType) ? 'cloudevent' : undefined
}

/** Undefined for another type, or another character set. */
export function batchFormatOf(contentType: string): BatchFormat | undefined {
  if (isJson(contentType)) return 'array'
  if (contentType.length > longest) return undefined
  if (ndjson.test(contentType)) return 'lines'
  return cloudEvents.test(contentType) ? 'cloudevents' : undefined
}
