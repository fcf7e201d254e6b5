/** Headers that requests bring and answers carry. Which operation has which is said where it is described. */
import { producerKey } from '../../contracts/producer-key.ts'
import { encodings } from '../content-encoding.ts'
import { exampleRequestId } from './schemas.ts'

const key = { type: 'string', pattern: producerKey.source }

/** Parameters of requests. Content-Type, Accept and Authorization have their own places in OpenAPI. */
export const parameters = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description:
      'One key for each event, the same on every retry of it: the event is stored once for its tenant and key. 1 to 255 printable ASCII characters; a UUID is a good one. Required, unless the event itself has an `idempotency_key`, or is a CloudEvent (its source and id) or a flat event (its `eventId`).',
    schema: key,
    example: 'order-1001',
  },
  OrderingKey: {
    name: 'Ordering-Key',
    in: 'header',
    required: false,
    description:
      'Events of one tenant with one ordering key stay in the order in which they were accepted: A before B, when A was answered 202 before B was sent. 1 to 255 printable ASCII characters. Without it a CloudEvent is ordered by its partitionkey and a flat event by its entity; any other event by its own key, that is, not at all.',
    schema: key,
  },
  Traceparent: {
    name: 'traceparent',
    in: 'header',
    required: false,
    description:
      'W3C Trace Context, version 00: it is passed on with the event. Anything else in this header is left out.',
    schema: { type: 'string' },
  },
  ContentEncoding: {
    name: 'Content-Encoding',
    in: 'header',
    required: false,
    description: `How the body is compressed: ${encodings.join(', ')}. Limits count what it is without that.`,
    schema: { type: 'string' },
  },
  CloudEventSpecversion: attribute('specversion', {
    description:
      'Makes the request a CloudEvent in binary mode: each attribute is a `ce-` header, percent-encoded, the body is the data, and Content-Type its datacontenttype. Extension attributes are `ce-` headers too.',
    schema: { type: 'string', const: '1.0' },
  }),
  CloudEventId: attribute('id', { description: 'In binary mode: the id of the CloudEvent.' }),
  CloudEventSource: attribute('source', {
    description: 'In binary mode: the source of the CloudEvent.',
  }),
  CloudEventType: attribute('type', { description: 'In binary mode: the type of the CloudEvent.' }),
  CloudEventTime: attribute('time', {
    description: 'In binary mode: when the event occurred; without it, when it was received.',
  }),
} as const

function attribute(name: string, of: { readonly description: string; readonly schema?: object }) {
  return { name: `ce-${name}`, in: 'header', required: false, schema: { type: 'string' }, ...of }
}

/** Lists of structured fields (RFC 9651): a name in quotes, then its parameters. */
const listOf = (item: string): string => `^${item}(, ${item})*$`
const policies = listOf('"[a-z]+";q=\\d+;w=\\d+(;qu="[a-z-]+")?')
const limits = listOf('"[a-z]+";r=\\d+(;t=\\d+)?')

/** Headers of answers. */
export const headers = {
  RequestId: {
    description: 'The id of this request: name it when you ask about it.',
    required: true,
    schema: { type: 'string', pattern: '^req_' },
    example: exampleRequestId,
  },
  RateLimitPolicy: {
    description:
      "The tenant's quotas (draft-ietf-httpapi-ratelimit-headers): events, and bytes of them, in a window of 60 seconds. Not there for what is unlimited.",
    schema: { type: 'string', pattern: policies },
    example: '"events";q=300;w=60, "bytes";q=10000000;w=60;qu="content-bytes"',
  },
  RateLimit: {
    description:
      'What is left of each quota (r), and in how many seconds there is more (t). Beside Retry-After, which goes first, t may be left out.',
    schema: { type: 'string', pattern: limits },
    example: '"events";r=299;t=28, "bytes";r=9999600;t=28',
  },
  RetryAfter: {
    description: 'Repeat the call after so many seconds, with the same key.',
    schema: { type: 'string', pattern: '^[1-9]\\d*$' },
    example: '12',
  },
  IdempotencyReplayed: {
    description: 'There when an earlier call with this key had brought the event in.',
    schema: { type: 'string', const: 'true' },
    example: 'true',
  },
  WwwAuthenticate: {
    description: 'How to authenticate.',
    required: true,
    schema: { type: 'string', const: 'Bearer' },
    example: 'Bearer',
  },
  Upgrade: {
    description: 'What is spoken here instead.',
    required: true,
    schema: { type: 'string', const: 'websocket' },
    example: 'websocket',
  },
  Accept: {
    description: 'The media types that are taken here, where it was that.',
    schema: { type: 'string' },
    example: 'application/json',
  },
  AcceptEncoding: {
    description: 'The content encodings that are taken here, where it was that.',
    schema: { type: 'string' },
    example: 'gzip, deflate, br',
  },
} as const

export type HeaderName = keyof typeof headers

export const headersNamed = (
  named: Readonly<Record<string, HeaderName>>,
): Readonly<Record<string, { $ref: string }>> =>
  Object.fromEntries(
    Object.entries(named).map(([name, ref]) => [name, { $ref: `#/components/headers/${ref}` }]),
  )
