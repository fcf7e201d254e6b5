/**
 * A CloudEvent's data in bytes as the envelope's payload, by what its type says that they are. A JSON object is the
 * payload; any other data is a member of it, named as the JSON event format names it (section 3.1). Pure.
 */
import { isUtf8 } from 'node:buffer'
import { jsonShape } from '../../contracts/json-bytes.ts'
import { type Refused, refused } from '../refused.ts'
import { dataKindOf } from './data-type.ts'
import { objectJson } from './normalised.ts'

/**
 * JSON of the payload, or why there is none.
 * @param contentType '' where nobody says what the bytes are
 * @param most arrays and objects that may be open at once in data that is JSON
 */
export function payloadOfBytes(contentType: string, body: Buffer, most: number): string | Refused {
  if (body.length === 0) return '{}'
  const kind = dataKindOf(contentType)
  if (kind === 'json') return jsonPayload(body, most)
  const text = kind === 'text' && isUtf8(body) ? JSON.stringify(body.toString('utf8')) : undefined
  // Escapes can make six bytes of one: text is written as bytes where those are shorter, so that it fits a record.
  const longest = Math.ceil((body.length * 4) / 3) + longerByQuotes
  if (text !== undefined && Buffer.byteLength(text) <= longest) return objectJson([['data', text]])
  return objectJson([['data_base64', `"${body.toString('base64')}"`]])
}

const longerByQuotes = 64

function jsonPayload(body: Buffer, most: number): string | Refused {
  if (!isUtf8(body)) return refused('INVALID_JSON', 'The data is not valid UTF-8')
  const { depth, compact } = jsonShape(body)
  if (depth > most) return refused('TOO_DEEP', `The data is nested more than ${most} levels deep`)
  const value = parse(body.toString('utf8'))
  if (value === undefined) return refused('INVALID_JSON', noJson)
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  const json = Buffer.from(compact.buffer, compact.byteOffset, compact.length).toString('utf8')
  return isObject ? json : objectJson([['data', json]])
}

const noJson = 'The data is not one valid JSON value, which its Content-Type says that it is'

/** The JSON value, or undefined: no JSON text has that value. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
