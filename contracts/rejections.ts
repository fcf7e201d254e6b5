/**
 * Every way in which a producer's request can be refused: one closed list, one map to HTTP status.
 * The code is the contract; the sentence may be made more precise where it is used.
 */
export const rejections = {
  INVALID_JSON: { status: 400, message: 'The text is not one valid JSON value in UTF-8' },
  NOT_AN_OBJECT: { status: 400, message: 'An event is a JSON object' },
  TOO_DEEP: { status: 400, message: 'The event is nested too deeply' },
  IDEMPOTENCY_KEY_REQUIRED: {
    status: 400,
    message:
      'The Idempotency-Key header is required: one key for each event, the same on every retry',
  },
  IDEMPOTENCY_KEY_INVALID: {
    status: 400,
    message: 'Idempotency-Key must be 1 to 255 printable ASCII characters',
  },
  ORDERING_KEY_INVALID: {
    status: 400,
    message: 'Ordering-Key must be 1 to 255 printable ASCII characters',
  },
  NOT_A_BATCH: { status: 400, message: 'A batch is a JSON array of events, or one event a line' },
  EMPTY_BATCH: { status: 400, message: 'The batch holds no event' },
  CONTENT_ENCODING_INVALID: {
    status: 400,
    message: 'The body is not whole and valid in the encoding that Content-Encoding names',
  },
  INVALID_EVENT: {
    status: 400,
    message: 'The event could not be stored as it is: mend what `findings` lists',
  },
  UNAUTHORIZED: { status: 401, message: 'Unknown or revoked API key' },
  NOT_FOUND: { status: 404, message: 'There is nothing at this path' },
  METHOD_NOT_ALLOWED: { status: 405, message: 'This path does not take this method' },
  IN_FLIGHT: {
    status: 409,
    message: 'A request with this Idempotency-Key is still in flight: repeat the call shortly',
  },
  PAYLOAD_TOO_LARGE: { status: 413, message: 'The event is larger than the limit' },
  BATCH_TOO_LARGE: { status: 413, message: 'The batch is larger than the limit' },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    message: 'Send Content-Type: application/json, in UTF-8',
  },
  UNSUPPORTED_CONTENT_ENCODING: {
    status: 415,
    message: 'The body has a Content-Encoding that is not taken here',
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    message: 'This Idempotency-Key was used for another event',
  },
  RATE_LIMITED: { status: 429, message: 'Too many requests' },
  OVERLOADED: { status: 503, message: 'Too much is in flight: repeat the call with the same key' },
  UNAVAILABLE: {
    status: 503,
    message: 'The event cannot be taken now: repeat the call with the same key',
  },
  UNCONFIRMED: {
    status: 503,
    message:
      'Kafka did not confirm the event in time: it may be in; repeat the call with the same key',
  },
} as const satisfies Record<string, { status: number; message: string }>

export type RejectionCode = keyof typeof rejections
