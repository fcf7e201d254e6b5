/**
 * What ingest answers over HTTP, as shapes: its own types, the schemas of its OpenAPI document and what tests hold its
 * answers against are all made of these.
 */
import { type } from 'arktype'
import { finding } from './envelope.ts'
import { rejectionCodes } from './rejections.ts'

export const code = type.enumerated(...rejectionCodes)
const seconds = type('number.integer >= 1')

/** 202: the event is in Kafka. A repeat answers the first call's `request_id`. */
export const acceptedAnswer = type({
  status: "'accepted'",
  request_id: 'string',
  duplicate: 'boolean',
  'warnings?': finding.array(),
})
export type AcceptedAnswer = typeof acceptedAnswer.infer

/** A refusal in Pulse's own shape. */
export const errorAnswer = type({
  error: {
    code,
    message: 'string',
    next: 'string',
    'retry_after_seconds?': seconds,
    'findings?': finding.array(),
  },
})
export type ErrorAnswer = typeof errorAnswer.infer

/** A refusal as `application/problem+json` (RFC 9457), with what the other shape says as extension members. */
export const problemAnswer = type({
  type: 'string',
  title: 'string',
  status: 'number.integer',
  detail: 'string',
  instance: 'string',
  code,
  'retry_after_seconds?': seconds,
  'findings?': finding.array(),
  'violated-policies?': 'string[]',
})
export type ProblemAnswer = typeof problemAnswer.infer

const verdictError = type({ code, message: 'string', 'findings?': finding.array() })

/** An event of a batch that will not be taken as it is. */
export const rejectedVerdict = type({ status: "'rejected'", error: verdictError })
export type RejectedVerdict = typeof rejectedVerdict.infer

/** An event of a batch that is to be repeated with the same key. */
export const retryVerdict = type({
  status: "'retry'",
  error: verdictError,
  retry_after_seconds: seconds,
})

/** What became of one event of a batch. */
export const batchVerdict = acceptedAnswer.or(rejectedVerdict).or(retryVerdict)

/** 200 for a batch of which any event could be read: one verdict an event, in order. */
export const batchAnswer = type({
  request_id: 'string',
  accepted: 'number.integer >= 0',
  duplicates: 'number.integer >= 0',
  rejected: 'number.integer >= 0',
  retry: 'number.integer >= 0',
  results: batchVerdict.array(),
})
export type BatchAnswer = typeof batchAnswer.infer

const credit = type('number.integer >= 0')

/** The first message on a stream. */
export const streamOpened = type({
  type: "'open'",
  /** Of the connection; each verdict tells its event's own. */
  request_id: 'string',
  /** Events that may be sent. */
  credit,
  max_event_bytes: 'number.integer > 0',
  max_frame_bytes: 'number.integer > 0',
})
export type StreamOpened = typeof streamOpened.infer

const seq = { seq: 'number.integer >= 0' } as const

/** Verdicts in the order in which they came about, and how many events more may be sent besides those told before. */
export const streamAck = type({
  type: "'ack'",
  credit,
  results: acceptedAnswer.and(seq).or(rejectedVerdict.and(seq)).or(retryVerdict.and(seq)).array(),
})
export type StreamAck = typeof streamAck.infer

/** Why the stream is closed next. */
export const streamRefusal = errorAnswer.and({ type: "'error'" })
export type StreamRefusal = typeof streamRefusal.infer

export const healthAnswer = type({ status: "'ok'" })

export const readinessAnswer = type({
  status: "'ready' | 'not ready'",
  degraded: 'string[]',
  reasons: 'string[]',
})

/** What a kind of refusal means, where the `type` of a problem leads. */
export const problemTypeAnswer = type({
  type: 'string',
  code,
  status: 'number.integer',
  title: 'string',
  next: 'string',
  retryable: 'boolean',
})
export type ProblemTypeAnswer = typeof problemTypeAnswer.infer

export const problemTypesAnswer = type({ problems: problemTypeAnswer.array() })
export type ProblemTypesAnswer = typeof problemTypesAnswer.infer
