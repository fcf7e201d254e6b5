/**
 * The binary mode of CloudEvents over HTTP (protocol binding, section 3.1): attributes are headers, the body is the data,
 * and Content-Type says what it is. Pure.
 */
import type { Refused } from '../refused.ts'
import { attributesIn, type Header } from './ce-headers.ts'
import type { CloudEvent } from './cloudevent.ts'
import { payloadOfBytes } from './data-bytes.ts'
import { keptDataType } from './data-type.ts'

export type BinaryHead = {
  /** '' where there is none. */
  readonly contentType: string
  /** Without `ce-`. */
  readonly headers: readonly Header[]
}

/** `most`: arrays and objects that may be open at once in data that is JSON. */
export function readBinary(
  { contentType, headers }: BinaryHead,
  body: Buffer,
  most: number,
): CloudEvent | Refused {
  const attributes = attributesIn(headers)
  if (!(attributes instanceof Map)) return attributes
  if (contentType !== '') attributes.set('datacontenttype', keptDataType(contentType))
  const payload = payloadOfBytes(contentType, body, most)
  return typeof payload === 'string' ? { attributes, payload, idempotencyKey: undefined } : payload
}
