/** Every shape that goes in or out over HTTP, with the words that its OpenAPI schema has. */
import { type } from 'arktype'
import * as answers from '../../contracts/answers.ts'
import { attributes } from '../../contracts/cloudevents.ts'
import { envelope, fields, finding } from '../../contracts/envelope.ts'
import { producerKey } from '../../contracts/producer-key.ts'
import { rejectionCodes } from '../../contracts/rejections.ts'
import { errorAnswer, problemAnswer, problemTypeAnswer } from '../refusal.ts'
import { flatEvents } from './flat-events.ts'
import { componentSchemas, type Described } from './json-schema.ts'

export const exampleEvent = {
  event_id: 'evt_123',
  event_type: 'user_login',
  schema_version: 1,
  occurred_at: '2026-01-02T20:00:00Z',
  payload: { user_id: 'u1', ip: '1.2.3.4' },
} as const

export const exampleCloudEvent = {
  specversion: '1.0',
  id: 'A234-1234-1234',
  source: '/orders',
  type: 'com.example.order.placed',
  time: '2026-01-02T20:00:00Z',
  subject: 'o-1001',
  partitionkey: 'o-1001',
  datacontenttype: 'application/json',
  data: { order_id: 'o-1001', total: '9.90' },
} as const

export const exampleRequestId = 'req_019b804c-1bab-7e95-bf31-f4a9aae9bc86'

export const exampleFinding = {
  code: 'FIELD_MISSING',
  path: '/payload',
  message: 'missing payload',
} as const

export const exampleAccepted = {
  status: 'accepted',
  request_id: exampleRequestId,
  duplicate: false,
} as const

export const exampleBatchAnswer = {
  request_id: exampleRequestId,
  accepted: 1,
  duplicates: 1,
  rejected: 1,
  retry: 1,
  results: [
    { ...exampleAccepted, request_id: `${exampleRequestId}.0` },
    { ...exampleAccepted, duplicate: true },
    {
      status: 'rejected',
      error: { code: 'NOT_AN_OBJECT', message: 'An event is a JSON object' },
    },
    {
      status: 'retry',
      error: { code: 'RATE_LIMITED', message: 'Too many requests' },
      retry_after_seconds: 12,
    },
  ],
} as const satisfies answers.BatchAnswer

const fieldWords = Object.fromEntries(
  Object.entries(fields).map(([name, { words }]) => [
    name,
    `${words[0]?.toUpperCase()}${words.slice(1)}.`,
  ]),
)

const refusalWords = {
  code: 'What is wrong: one of a closed list. Decide by this.',
  findings: 'What keeps the event from being stored, with INVALID_EVENT.',
  retry_after_seconds:
    'As in Retry-After: repeat the call with the same key after so many seconds.',
}

/** CommonMark. */
function codesDescription(): string {
  const rows = rejectionCodes.map((code) => {
    const { status, title, next } = problemTypeAnswer(code)
    return `| ${code} | ${status} | ${title} | ${next} |`
  })
  const head = '| code | status | what is wrong | what to do |\n|---|---|---|---|'
  return `Why something was refused: a closed list.\n\n${head}\n${rows.join('\n')}\n`
}

const shapes = {
  Event: {
    shape: envelope.and({ 'idempotency_key?': producerKey }),
    description:
      'An event. Other fields are kept. What cannot be said here: a year from 0001 to 9999 in UTC, no text with U+0000 or half of a surrogate pair, no number with an exponent beyond 999. What does not hold is a finding: a warning for a tenant in quarantine mode, whose event becomes a dead letter; a 400 for a tenant in strict mode.',
    properties: {
      ...fieldWords,
      idempotency_key:
        'The key of the event, where no Idempotency-Key header gives it: 1 to 255 printable ASCII characters. In a batch the event_id is the key of an event that has none.',
    },
    examples: [exampleEvent, { ...exampleEvent, idempotency_key: 'order-1001' }],
  },
  CloudEvent: {
    shape: type({
      specversion: attributes.specversion.type,
      id: fields.event_id.type,
      source: attributes.source.type,
      type: fields.event_type.type,
      'time?': fields.occurred_at.type,
      'subject?': attributes.subject.type,
      'dataschema?': attributes.dataschema.type,
      'datacontenttype?': attributes.datacontenttype.type,
      'partitionkey?': attributes.partitionkey.type,
      'traceparent?': attributes.traceparent.type,
      'data?': 'unknown',
      'data_base64?': 'string',
    }),
    description:
      'A CloudEvent 1.0 in its JSON format. Other attributes have names of letters a-z and digits; they are kept. An attribute that is null is as good as left out. `data` and `data_base64` are not there both.',
    properties: {
      id: 'With the source it is the key of the event, where no Idempotency-Key header gives one.',
      time: 'When it occurred; left out, when it was received.',
      partitionkey: 'What the event is ordered by, where no Ordering-Key header says so.',
      traceparent: 'W3C Trace Context, where the request has none: it is passed on with the event.',
      data: 'Of any type, text as a string. An object is the payload; anything else is the member data of the payload.',
      data_base64:
        'Data in base64; what is neither JSON nor text by its type is the member data_base64 of the payload.',
    },
    examples: [exampleCloudEvent],
  },
  ...flatEvents,
  Finding: {
    shape: finding,
    description: 'One reason why an event cannot be stored.',
    properties: {
      path: 'A JSON pointer (RFC 6901) into the event as it was sent; empty for all of it.',
    },
    examples: [exampleFinding],
  },
  Accepted: {
    shape: answers.acceptedAnswer,
    description:
      'The event is in Kafka. It will be exactly once in the store for its key, or exactly one dead letter.',
    properties: {
      request_id:
        'Of the call that brought the event in: a repeat answers the id of the first call.',
      duplicate: 'Whether an earlier call with this key had brought the event in.',
      warnings: 'What will keep the event from being stored: it becomes a dead letter.',
    },
    examples: [exampleAccepted, { ...exampleAccepted, warnings: [exampleFinding] }],
  },
  Code: {
    shape: answers.code,
    description: codesDescription(),
    examples: ['RATE_LIMITED'],
  },
  Error: {
    shape: answers.errorAnswer,
    description: 'A refusal: what is wrong, and what to do next.',
    examples: [errorAnswer({ code: 'RATE_LIMITED', retryAfterSeconds: 12 })],
  },
  Problem: {
    shape: answers.problemAnswer,
    description:
      'The same refusal as a problem (RFC 9457), when Accept asks for application/problem+json.',
    properties: {
      ...refusalWords,
      type: 'The path of a page of this server about this kind of problem.',
      title: 'What is wrong: always the same for one type.',
      detail: 'What is particular about this one, and what to do next.',
      instance: 'The id of the request, as in X-Request-Id.',
      'violated-policies':
        'Names of the policies of RateLimit-Policy that the call would exceed (draft-ietf-httpapi-ratelimit-headers).',
    },
    examples: [
      problemAnswer(
        { code: 'RATE_LIMITED', retryAfterSeconds: 12, violatedPolicies: ['events'] },
        exampleRequestId,
      ),
    ],
  },
  ProblemType: {
    shape: answers.problemTypeAnswer,
    description: 'A kind of problem.',
    properties: {
      title: 'What is wrong.',
      next: 'What to do next.',
      retryable: 'Whether the very same call, with the same key, may succeed later.',
    },
    examples: [problemTypeAnswer('RATE_LIMITED')],
  },
  ProblemTypes: {
    shape: answers.problemTypesAnswer,
    description: 'Every kind of problem.',
    examples: [{ problems: [problemTypeAnswer('IN_FLIGHT'), problemTypeAnswer('RATE_LIMITED')] }],
  },
  Rejected: {
    shape: answers.rejectedVerdict,
    description: 'The event will not be taken as it is.',
    examples: [exampleBatchAnswer.results[2]],
  },
  Retry: {
    shape: answers.retryVerdict,
    description: 'Repeat the event with the same key, after so many seconds.',
    examples: [exampleBatchAnswer.results[3]],
  },
  Verdict: {
    shape: answers.batchVerdict,
    description:
      'What became of one event of a batch: accepted, rejected for good, or to be repeated with the same key.',
    examples: exampleBatchAnswer.results,
  },
  BatchAnswer: {
    shape: answers.batchAnswer,
    description:
      'One verdict for each event of the batch, in order, and how many there are of each.',
    properties: {
      accepted: 'Events accepted for the first time.',
      duplicates: 'Events that an earlier call, or an earlier place in this batch, had brought in.',
      rejected: 'Events that will not be taken as they are.',
      retry: 'Events to be repeated, each with the same key.',
    },
    examples: [exampleBatchAnswer],
  },
  Health: {
    shape: answers.healthAnswer,
    description: 'The process lives.',
    examples: [{ status: 'ok' }],
  },
  Readiness: {
    shape: answers.readinessAnswer,
    description: 'Whether events can be taken now, measured on asking.',
    properties: {
      degraded: 'What is missing while events are still taken.',
      reasons: 'Why events cannot be taken.',
    },
    examples: [
      { status: 'ready', degraded: [], reasons: [] },
      { status: 'ready', degraded: ['redis'], reasons: [] },
      {
        status: 'not ready',
        degraded: [],
        reasons: ['kafka: no broker answers', 'control: not read yet'],
      },
    ],
  },
} as const satisfies Record<string, Described>

export type SchemaName = keyof typeof shapes

export const schemas = componentSchemas(shapes) as Readonly<Record<SchemaName, object>>
