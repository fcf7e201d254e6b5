/** What a CloudEvent's data is, by its `datacontenttype` (RFC 2045, section 5; RFC 6839 for suffixes): pure. */

/** Longer ones are kept as they are, and are no type that is known here. */
const longest = 255
const mediaType = /^\s*([^\s;/]+\/[^\s;/]+)\s*(?:;(.*))?$/s
const utf8 = /^\s*charset\s*=\s*"?(?:utf-8|us-ascii)"?\s*;?\s*$/i

type Parts = {
  /** In lower case. */
  readonly type: string
  readonly parameters: string | undefined
}

function partsOf(dataContentType: string): Parts | undefined {
  if (dataContentType.length > longest) return undefined
  const [, type, parameters] = mediaType.exec(dataContentType) ?? []
  return type === undefined ? undefined : { type: type.toLowerCase(), parameters }
}

const isUtf8Alone = ({ parameters }: Parts): boolean =>
  parameters === undefined || parameters.trim() === '' || utf8.test(parameters)

/** `json`: a JSON value in UTF-8. `text`: text in UTF-8. `bytes`: anything else, and what says nothing of itself. */
export function dataKindOf(dataContentType: string): 'json' | 'text' | 'bytes' {
  const parts = partsOf(dataContentType)
  if (parts === undefined || !isUtf8Alone(parts)) return 'bytes'
  if (/[/+]json$/.test(parts.type)) return 'json'
  return isText.test(parts.type) ? 'text' : 'bytes'
}

const isText = /^text\/|[/+](?:xml|yaml)$|^application\/x-www-form-urlencoded$/

/**
 * The type as it is kept: JSON is UTF-8 anyway (RFC 8259), so that saying so makes no other type of it. Anything else
 * stays as it is.
 */
export function keptDataType(dataContentType: string): string {
  const parts = partsOf(dataContentType)
  const isJson = parts !== undefined && /[/+]json$/.test(parts.type) && isUtf8Alone(parts)
  return isJson ? parts.type : dataContentType
}
