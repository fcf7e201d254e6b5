/** What the headers of a batch say of it: pure. */
import { isKey, type Refused, refused } from '../accept.ts'
import { type Encoding, encodingOf, encodingsWanted } from '../content-encoding.ts'
import { type BatchFormat, batchFormatOf } from '../media-type.ts'

export type BatchHeaders = {
  /** Why the batch is refused, whatever is in it. The rest says nothing then. */
  readonly refusal: Refused | undefined
  readonly format: BatchFormat
  readonly encoding: Encoding | 'identity'
  /** What all its events are ordered by; '' for nothing but themselves. */
  readonly orderingKey: string
}

export function readBatchHeaders(request: {
  getHeader(lowerCaseName: string): string
}): BatchHeaders {
  const format = batchFormatOf(request.getHeader('content-type'))
  if (format === undefined) return refusedFor('UNSUPPORTED_MEDIA_TYPE', typesWanted)
  const encoding = encodingOf(request.getHeader('content-encoding'))
  if (encoding === undefined) return refusedFor('UNSUPPORTED_CONTENT_ENCODING', encodingsWanted)
  if (request.getHeader('idempotency-key') !== '')
    return refusedFor('IDEMPOTENCY_KEY_INVALID', keysBelongToEvents)
  const orderingKey = request.getHeader('ordering-key')
  if (orderingKey !== '' && !isKey(orderingKey)) return refusedFor('ORDERING_KEY_INVALID')
  return { refusal: undefined, format, encoding, orderingKey }
}

const refusedFor = (...why: Parameters<typeof refused>): BatchHeaders => ({
  refusal: refused(...why),
  format: 'array',
  encoding: 'identity',
  orderingKey: '',
})

const typesWanted =
  'Send Content-Type: application/json for an array of events, application/x-ndjson for one a line, or application/cloudevents-batch+json for CloudEvents, in UTF-8'
const keysBelongToEvents =
  'A batch takes no Idempotency-Key header: give each event its own idempotency_key or event_id'
