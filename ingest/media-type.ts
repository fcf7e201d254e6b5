/** What a body is, by its `Content-Type`: pure. */

/** How a batch's events follow each other: as elements of a JSON array, or one a line. */
export type BatchFormat = 'array' | 'lines'

/** What a batch may be, in the words of an Accept header. */
export const batchMediaTypes = 'application/json, application/x-ndjson'

/** Longer ones are nothing of ours: what may stand between the words would cost the square of its length. */
const longest = 100
const charset = String.raw`\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?;?\s*$`
const json = new RegExp(`^application/json${charset}`, 'i')
const ndjson = new RegExp(`^application/x-ndjson${charset}`, 'i')

export const isJson = (contentType: string): boolean =>
  contentType === 'application/json' || (contentType.length <= longest && json.test(contentType))

/** Undefined for another type, or another character set. */
export function batchFormatOf(contentType: string): BatchFormat | undefined {
  if (isJson(contentType)) return 'array'
  return contentType.length <= longest && ndjson.test(contentType) ? 'lines' : undefined
}
