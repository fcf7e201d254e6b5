/** What each path does, takes and answers. */
import type { RejectionCode } from '../../contracts/rejections.ts'
import { headersNamed } from './headers.ts'
import { reference } from './json-schema.ts'
import { refusalResponses } from './refusals.ts'
import {
  exampleAccepted,
  exampleBatchAnswer,
  exampleEvent,
  exampleFinding,
  type SchemaName,
} from './schemas.ts'

/** Sizes in bytes, a number of events, levels: what requests are held against. */
export type Limits = {
  readonly maxEventBytes: number
  readonly maxBatchBytes: number
  readonly maxBatchEvents: number
  readonly maxDepth: number
}

/** Refusals of a call as a whole. */
const ofEvents: readonly RejectionCode[] = [
  'INVALID_JSON',
  'NOT_AN_OBJECT',
  'TOO_DEEP',
  'INVALID_EVENT',
  'IDEMPOTENCY_KEY_REQUIRED',
  'IDEMPOTENCY_KEY_INVALID',
  'ORDERING_KEY_INVALID',
  'UNAUTHORIZED',
  'IN_FLIGHT',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'IDEMPOTENCY_KEY_REUSED',
  'RATE_LIMITED',
  'OVERLOADED',
  'UNAVAILABLE',
  'UNCONFIRMED',
]
const ofBatches: readonly RejectionCode[] = [
  'INVALID_JSON',
  'NOT_A_BATCH',
  'EMPTY_BATCH',
  'IDEMPOTENCY_KEY_INVALID',
  'ORDERING_KEY_INVALID',
  'UNAUTHORIZED',
  'PAYLOAD_TOO_LARGE',
  'BATCH_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'OVERLOADED',
  'UNAVAILABLE',
]

export const paths = (limits: Limits) => ({
  '/events': { post: postEvent(limits) },
  '/events/batch': { post: postBatch(limits) },
  '/health': {
    get: {
      ...about('getHealth', 'Operation', 'Is the process alive?'),
      security: [],
      responses: { 200: ok('It is.', 'Health') },
    },
  },
  '/ready': {
    get: {
      ...about('getReady', 'Operation', 'Can events be taken now?'),
      description: 'Measured on asking. Without Redis they can: the ledger then removes repeats.',
      security: [],
      responses: {
        200: ok('They can.', 'Readiness'),
        503: ok('They cannot: Kafka is out of reach, or the process is about to end.', 'Readiness'),
      },
    },
  },
  '/metrics': {
    get: {
      ...about('getMetrics', 'Operation', 'What was counted and measured, for Prometheus'),
      security: [],
      responses: {
        200: {
          description: 'Metrics in the text format.',
          headers: headersNamed({ 'X-Request-Id': 'RequestId' }),
          content: { 'text/plain': { schema: { type: 'string' } } },
        },
      },
    },
  },
  '/problems/{name}': { get: getProblem },
})

const postEvent = (limits: Limits) => ({
  ...about('postEvent', 'Events', 'Send one event'),
  description:
    `An event is a JSON object of at most ${count(limits.maxEventBytes)} bytes and ${limits.maxDepth} levels. ` +
    '**202 means**: it is in Kafka, and it will be exactly once in the store for its tenant and key, or exactly one dead letter. ' +
    'Any other answer, or none, means: it may or may not be in, and repeating the call with the same key is always safe.',
  parameters: parametersNamed('IdempotencyKey', 'OrderingKey', 'Traceparent'),
  requestBody: {
    required: true,
    content: {
      'application/json': {
        schema: reference('Event'),
        examples: { event: { summary: 'A valid event', value: exampleEvent } },
      },
    },
  },
  responses: {
    202: {
      description: 'The event is in Kafka.',
      headers: headersNamed({
        'X-Request-Id': 'RequestId',
        'RateLimit-Policy': 'RateLimitPolicy',
        RateLimit: 'RateLimit',
        'Idempotency-Replayed': 'IdempotencyReplayed',
      }),
      content: {
        'application/json': {
          schema: reference('Accepted'),
          examples: {
            accepted: { summary: 'For the first time', value: exampleAccepted },
            duplicate: {
              summary: 'A repeat: the request id is that of the first call',
              value: { ...exampleAccepted, duplicate: true },
            },
            warned: {
              summary: 'It will become a dead letter, and why',
              value: { ...exampleAccepted, warnings: [exampleFinding] },
            },
          },
        },
      },
    },
    ...refusalResponses(ofEvents),
    431: headersTooLarge,
  },
})

const postBatch = (limits: Limits) => ({
  ...about('postBatch', 'Events', 'Send up to 10,000 events'),
  description:
    `1 to ${count(limits.maxBatchEvents)} events, ${count(limits.maxBatchBytes)} bytes in all, each within the limits of a single one, and each admitted by itself: a bad event does not spoil its neighbours. ` +
    "An event's key is its `idempotency_key`, else its `event_id`; there is no Idempotency-Key header here. " +
    'Repeat what is `retry`, each event with the same key; what is `rejected` will not be taken as it is.',
  parameters: parametersNamed('ContentEncoding', 'OrderingKey', 'Traceparent'),
  requestBody: {
    required: true,
    content: {
      'application/json': {
        schema: {
          type: 'array',
          minItems: 1,
          maxItems: limits.maxBatchEvents,
          items: reference('BatchEvent'),
        },
        example: [{ idempotency_key: 'order-1001', ...exampleEvent }],
      },
      'application/x-ndjson': {
        schema: {
          type: 'string',
          description: 'One event a line, each as in BatchEvent. Blank lines are skipped.',
        },
        example: [1, 2]
          .map((n) => `${JSON.stringify({ ...exampleEvent, event_id: `evt_${n}` })}\n`)
          .join(''),
      },
    },
  },
  responses: {
    200: {
      description:
        'What became of each event, in order. Answered whenever any event could be read, even if none was accepted.',
      headers: headersNamed({
        'X-Request-Id': 'RequestId',
        'RateLimit-Policy': 'RateLimitPolicy',
        RateLimit: 'RateLimit',
        'Retry-After': 'RetryAfter',
      }),
      content: {
        'application/json': {
          schema: reference('BatchAnswer'),
          examples: { mixed: { summary: 'One of each', value: exampleBatchAnswer } },
        },
      },
    },
    ...refusalResponses(ofBatches),
    431: headersTooLarge,
  },
})

const getProblem = {
  ...about('getProblem', 'Operation', 'What a kind of problem means'),
  description:
    'Where the `type` of a problem leads: a page for a browser, JSON for everybody else. /problems lists all.',
  security: [],
  parameters: [
    {
      name: 'name',
      in: 'path',
      required: true,
      description: 'A code in lower case, with dashes.',
      schema: { type: 'string' },
      example: 'rate-limited',
    },
  ],
  responses: {
    200: ok('What it means, and what to do.', 'ProblemType'),
    ...refusalResponses(['NOT_FOUND']),
  },
}

/** The server's own answer, before anything of the request is looked at. */
const headersTooLarge = {
  description: 'The headers are larger than the server takes. Send less; this answer is no JSON.',
  content: { 'text/html': { schema: { type: 'string' } } },
}

function about(operationId: string, tag: 'Events' | 'Operation', summary: string) {
  return { operationId, tags: [tag], summary }
}

function ok(description: string, schema: SchemaName) {
  return {
    description,
    headers: headersNamed({ 'X-Request-Id': 'RequestId' }),
    content: { 'application/json': { schema: reference(schema) } },
  }
}

const parametersNamed = (...names: readonly string[]) =>
  names.map((name) => ({ $ref: `#/components/parameters/${name}` }))

const count = (number: number): string => number.toLocaleString('en-US')
