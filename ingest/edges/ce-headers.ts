/**
 * Attributes of a CloudEvent in the binary mode of HTTP: headers whose names begin with `ce-` (HTTP protocol binding,
 * section 3.1.3). Pure.
 */
import { type Refused, refused } from '../refused.ts'

/** Name in lower case, and value, in the order in which they came. */
export type Header = readonly [name: string, value: string]

const prefix = 'ce-'

/** Those of a request that are attributes. */
export function attributeHeaders(request: {
  forEach(each: (lowerCaseName: string, value: string) => void): void
}): readonly Header[] {
  const headers: Header[] = []
  request.forEach((name, value) => {
    if (name.startsWith(prefix)) headers.push([name.slice(prefix.length), value])
  })
  return headers
}

/** The attributes by name, or why these headers are none. */
export function attributesIn(headers: readonly Header[]): Map<string, string> | Refused {
  const attributes = new Map<string, string>()
  for (const [name, text] of headers) {
    if (name === 'datacontenttype')
      return refused(
        code,
        'The datacontenttype is the Content-Type: there is no ce-datacontenttype',
      )
    if (attributes.has(name)) return refused(code, `There are two headers ce-${shown(name)}`)
    const value = headerValue(text)
    if (value === undefined)
      return refused(code, `ce-${shown(name)} is not percent-encoded UTF-8, as in Euro%20%E2%82%AC`)
    attributes.set(name, value)
  }
  return attributes
}

const code = 'CLOUDEVENT_INVALID'

/** Names come from strangers, and go into a sentence. */
const shown = (name: string): string => name.slice(0, 50)

/**
 * Section 3.1.3.2: double quotes first, as older versions wrote them, with backslashes within (RFC 7230, section 3.2.6);
 * then one round of percent-decoding. Undefined where that gives no UTF-8.
 */
function headerValue(text: string): string | undefined {
  // What the server puts in place of bytes that are no UTF-8.
  if (text.includes('\uFFFD')) return undefined
  const [, quoted] = quotedString.exec(text) ?? []
  const encoded = quoted === undefined ? text : quoted.replace(/\\(.)/gs, '$1')
  try {
    return encoded.includes('%') ? decodeURIComponent(encoded) : encoded
  } catch {
    return undefined
  }
}

const quotedString = /^"((?:[^"\\]|\\.)*)"$/s
