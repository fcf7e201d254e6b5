/**
 * Every way in which a producer's request can be refused: one closed list, one map to HTTP status.
 * The code is the contract. `message` says what is wrong, and may be made more precise where it is used; `next` says
 * what the client does now. `retryable`: the very same call, with the same key, may succeed later.
 */
export const rejections = {
  INVALID_JSON: {
    status: 400,
    message: 'The text is not one valid JSON value in UTF-8',
    next: 'Correct the body, then send it again; nothing was kept, so the key is still free',
    retryable: false,
  },
  NOT_AN_OBJECT: {
    status: 400,
    message: 'An event is a JSON object',
    next: 'Send one object here, or several events to POST /events/batch',
    retryable: false,
  },
  TOO_DEEP: {
    status: 400,
    message: 'The event is nested too deeply',
    next: 'Send it with at most 64 levels of arrays and objects, or the deep part as a string',
    retryable: false,
  },
  INVALID_EVENT: {
    status: 400,
    message: 'The event cannot be stored as it is',
    next: 'Correct what the findings name, then send it again; nothing was kept, so the key is still free',
    retryable: false,
  },
  CLOUDEVENT_INVALID: {
    status: 400,
    message: 'The ce- headers are not those of a CloudEvent in binary mode',
    next: 'Correct the header that the message names, then send it again; nothing was kept, so the key is still free',
    retryable: false,
  },
  NOT_A_BATCH: {
    status: 400,
    message: 'A batch is a JSON array of events, or one event a line',
    next: 'Send an array as application/json, lines as application/x-ndjson, or CloudEvents as application/cloudevents-batch+json',
    retryable: false,
  },
  EMPTY_BATCH: {
    status: 400,
    message: 'The batch holds no event',
    next: 'Send 1 to 10,000 events, or nothing at all',
    retryable: false,
  },
  INVALID_FRAME: {
    status: 400,
    message: 'A frame holds an object with seq and event, or an array of such objects',
    next: 'Correct what writes the frames; events that have no verdict are not known to be in',
    retryable: false,
  },
  CREDIT_EXCEEDED: {
    status: 400,
    message: 'More events came on the stream than there was credit for',
    next: 'Send no more events than the credit that the stream has told; none of the frame was taken',
    retryable: false,
  },
  CONTENT_ENCODING_INVALID: {
    status: 400,
    message: 'The body is not whole and valid in the encoding that Content-Encoding names',
    next: 'Send the whole body in that encoding, or as it is without the header',
    retryable: false,
  },
  IDEMPOTENCY_KEY_REQUIRED: {
    status: 400,
    message: 'The event has no idempotency key',
    next: 'Send one for each event, as Idempotency-Key or in its idempotency_key, the same on every retry',
    retryable: false,
  },
  IDEMPOTENCY_KEY_INVALID: {
    status: 400,
    message: 'An idempotency key is 1 to 255 printable ASCII characters',
    next: 'Choose another key for this event, a UUID for example',
    retryable: false,
  },
  ORDERING_KEY_INVALID: {
    status: 400,
    message: 'An ordering key is 1 to 255 printable ASCII characters',
    next: 'Correct Ordering-Key, or leave it out when the order does not matter',
    retryable: false,
  },
  UNAUTHORIZED: {
    status: 401,
    message: 'Unknown or revoked API key',
    next: 'Send a key that is in force as X-API-Key, or as Authorization: Bearer; ask your operator for one',
    retryable: false,
  },
  NOT_FOUND: {
    status: 404,
    message: 'There is nothing at this path',
    next: 'Look at GET /openapi.json, or at /docs in a browser, for what there is',
    retryable: false,
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    message: 'This path does not take this method',
    next: 'Use a method that the Allow header names',
    retryable: false,
  },
  IN_FLIGHT: {
    status: 409,
    message: 'A request with this Idempotency-Key is still in flight',
    next: 'Repeat the call with the same key after Retry-After: it answers what became of the first one',
    retryable: true,
  },
  PAYLOAD_TOO_LARGE: {
    status: 413,
    message: 'The body is larger than the limit',
    next: 'Send less: split it, or put large data elsewhere and send a reference to it',
    retryable: false,
  },
  BATCH_TOO_LARGE: {
    status: 413,
    message: 'The batch is larger than the limit',
    next: 'Split the batch, and send each part by itself',
    retryable: false,
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    message: 'This Content-Type is not taken here',
    next: 'Send one that the Accept header of this answer names, in UTF-8',
    retryable: false,
  },
  UNSUPPORTED_CONTENT_ENCODING: {
    status: 415,
    message: 'This Content-Encoding is not taken here',
    next: 'Send the body as it is, or in one that the Accept-Encoding header of this answer names',
    retryable: false,
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    message: 'This Idempotency-Key was used for another event',
    next: 'Give this event a key of its own; the event that has the key stays as it is',
    retryable: false,
  },
  UPGRADE_REQUIRED: {
    status: 426,
    message: 'This path speaks WebSocket',
    next: 'Use a WebSocket client here, or send events to POST /events',
    retryable: false,
  },
  RATE_LIMITED: {
    status: 429,
    message: 'Too many requests',
    next: 'Repeat the call with the same key after Retry-After, and send more slowly: RateLimit says what is left',
    retryable: true,
  },
  OVERLOADED: {
    status: 503,
    message: 'Too much is in flight',
    next: 'Repeat the call with the same key after Retry-After',
    retryable: true,
  },
  UNAVAILABLE: {
    status: 503,
    message: 'The event cannot be taken now',
    next: 'Repeat the call with the same key after Retry-After',
    retryable: true,
  },
  UNCONFIRMED: {
    status: 503,
    message: 'Kafka did not confirm the event in time: it may be in',
    next: 'Repeat the call with the same key after Retry-After: the event is stored once however often you call',
    retryable: true,
  },
} as const satisfies Record<
  string,
  { status: number; message: string; next: string; retryable: boolean }
>

export type RejectionCode = keyof typeof rejections

/** Every code, in the order of the list. */
export const rejectionCodes = Object.keys(rejections) as readonly RejectionCode[]
