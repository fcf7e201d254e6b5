/** What producers call: one event, or a batch of them. */
import type { RejectionCode } from '../../contracts/rejections.ts'
import { maxDepth } from '../accept.ts'
import { maxBatchEvents } from '../batch/split.ts'
import { flatEvents } from './flat-events.ts'
import { headersNamed } from './headers.ts'
import { reference } from './json-schema.ts'
import { about, headersTooLarge, parametersNamed } from './operation.ts'
import { refusalResponses } from './refusals.ts'
import {
  exampleAccepted,
  exampleBatchAnswer,
  exampleCloudEvent,
  exampleEvent,
  exampleFinding,
  type SchemaName,
} from './schemas.ts'

const refusalsOfAnEvent: readonly RejectionCode[] = [
  'INVALID_JSON',
  'NOT_AN_OBJECT',
  'TOO_DEEP',
  'INVALID_EVENT',
  'CLOUDEVENT_INVALID',
  'CONTENT_ENCODING_INVALID',
  'IDEMPOTENCY_KEY_REQUIRED',
  'IDEMPOTENCY_KEY_INVALID',
  'ORDERING_KEY_INVALID',
  'UNAUTHORIZED',
  'IN_FLIGHT',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'UNSUPPORTED_CONTENT_ENCODING',
  'IDEMPOTENCY_KEY_REUSED',
  'RATE_LIMITED',
  'OVERLOADED',
  'UNAVAILABLE',
  'UNCONFIRMED',
]

/** Of the batch as a whole; those of single events are in their verdicts. */
const refusalsOfABatch: readonly RejectionCode[] = [
  'INVALID_JSON',
  'NOT_A_BATCH',
  'EMPTY_BATCH',
  'CONTENT_ENCODING_INVALID',
  'IDEMPOTENCY_KEY_INVALID',
  'ORDERING_KEY_INVALID',
  'UNAUTHORIZED',
  'BATCH_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'UNSUPPORTED_CONTENT_ENCODING',
  'RATE_LIMITED',
  'OVERLOADED',
  'UNAVAILABLE',
]

const quota = {
  'X-Request-Id': 'RequestId',
  'RateLimit-Policy': 'RateLimitPolicy',
  RateLimit: 'RateLimit',
} as const

/** Bytes that requests are held against. */
export type Limits = { readonly maxEventBytes: number; readonly maxBatchBytes: number }

export const postEvent = ({ maxEventBytes }: Limits) => ({
  ...about('postEvent', 'Events', 'Send one event'),
  description:
    `An event is a JSON object of at most ${count(maxEventBytes)} bytes and ${maxDepth} levels. ` +
    '**202 means**: it is in Kafka, and it will be exactly once in the store for its tenant and key, or exactly one dead letter. ' +
    'Any other answer, or none, means: it may or may not be in, and repeating the call with the same key is always safe. ' +
    'A CloudEvent 1.0 is taken in structured mode (`application/cloudevents+json`) and in binary mode (`ce-` headers, with a body of any type); a flat event in JSON like any other. Both become an event as in Event.',
  parameters: parametersNamed(
    'IdempotencyKey',
    'OrderingKey',
    'ContentEncoding',
    'Traceparent',
    'CloudEventSpecversion',
    'CloudEventId',
    'CloudEventSource',
    'CloudEventType',
    'CloudEventTime',
  ),
  requestBody: {
    required: true,
    content: {
      'application/json': {
        schema: eventInJson,
        examples: {
          event: { summary: 'A valid event', value: exampleEvent },
          ...flatExamples,
        },
      },
      'application/cloudevents+json': {
        schema: reference('CloudEvent'),
        examples: { cloudevent: { summary: 'A CloudEvent', value: exampleCloudEvent } },
      },
      '*/*': { schema: { description: 'The data of a CloudEvent in binary mode.' } },
    },
  },
  responses: {
    202: {
      description: 'The event is in Kafka.',
      headers: headersNamed({ ...quota, 'Idempotency-Replayed': 'IdempotencyReplayed' }),
      content: { 'application/json': { schema: reference('Accepted'), examples: accepted } },
    },
    ...refusalResponses(refusalsOfAnEvent),
    431: headersTooLarge,
  },
})

const flatNames = Object.keys(flatEvents) as (keyof typeof flatEvents)[]
const inJson: readonly SchemaName[] = ['Event', ...flatNames]
const eventInJson = { anyOf: inJson.map(reference) }
const flatExamples = Object.fromEntries(
  flatNames.map((name) => [
    name,
    { summary: `The flat event ${name}`, value: flatEvents[name].examples[0] },
  ]),
)

const accepted = {
  accepted: { summary: 'For the first time', value: exampleAccepted },
  duplicate: {
    summary: 'A repeat: the request id is that of the first call',
    value: { ...exampleAccepted, duplicate: true },
  },
  warned: {
    summary: 'It will become a dead letter, and why',
    value: { ...exampleAccepted, warnings: [exampleFinding] },
  },
}

export const postBatch = ({ maxBatchBytes }: Limits) => ({
  ...about('postBatch', 'Events', `Send up to ${count(maxBatchEvents)} events`),
  description:
    `1 to ${count(maxBatchEvents)} events, ${count(maxBatchBytes)} bytes in all, each within the limits of a single one, and each admitted by itself: a bad event does not spoil its neighbours. ` +
    'The key of an event is its `idempotency_key`, else its `event_id`, of a flat event its `eventId`, of a CloudEvent its source and id; there is no Idempotency-Key header here. ' +
    'Repeat what is `retry`, each event with the same key; what is `rejected` will not be taken as it is.',
  parameters: parametersNamed('ContentEncoding', 'OrderingKey', 'Traceparent'),
  requestBody: {
    required: true,
    content: {
      'application/json': {
        schema: {
          type: 'array',
          minItems: 1,
          maxItems: maxBatchEvents,
          items: eventInJson,
        },
        example: [{ idempotency_key: 'order-1001', ...exampleEvent }],
      },
      'application/x-ndjson': {
        schema: {
          type: 'string',
          description: 'One event a line, each as in an array. Blank lines are skipped.',
        },
        example: [1, 2].map(line).join(''),
      },
      'application/cloudevents-batch+json': {
        schema: { type: 'array', maxItems: maxBatchEvents, items: reference('CloudEvent') },
        example: [exampleCloudEvent],
      },
    },
  },
  responses: {
    200: {
      description:
        'What became of each event, in order. Answered whenever any event could be read, even if none was accepted.',
      headers: headersNamed({ ...quota, 'Retry-After': 'RetryAfter' }),
      content: {
        'application/json': {
          schema: reference('BatchAnswer'),
          examples: { mixed: { summary: 'One of each', value: exampleBatchAnswer } },
        },
      },
    },
    ...refusalResponses(refusalsOfABatch),
    431: headersTooLarge,
  },
})

const line = (n: number): string => `${JSON.stringify({ ...exampleEvent, event_id: `evt_${n}` })}\n`

const count = (number: number): string => number.toLocaleString('en-US')
