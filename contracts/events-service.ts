/**
 * The service of contracts/pulse/v1/events.proto, as its server and its clients use it: messages as plain objects, methods
 * with their paths and codecs. Messages are read without a copy of their bytes, and what is left out has its default.
 */
import type Long from 'long'
import { type Codec, codec, listOf } from './protos.ts'

/** A uint64: one beyond 2^53 is no number of JavaScript's. */
export type WireSeq = number | Long

export type WireEvent = {
  /** Of what was received, an empty list where it is left out. */
  readonly json: Uint8Array | readonly []
  readonly idempotency_key: string
  readonly ordering_key: string
  readonly seq: WireSeq
}

export type WireFinding = { readonly code: string; readonly path: string; readonly message: string }

export type WireRefusal = {
  readonly code: string
  readonly message: string
  readonly findings?: readonly WireFinding[]
  readonly retry_after_seconds?: number
}

/** As the enum `Outcome` has them. */
export const outcomes = { accepted: 1, rejected: 2, retry: 3 } as const

export type WireVerdict = {
  readonly seq: WireSeq
  readonly outcome: (typeof outcomes)[keyof typeof outcomes]
  readonly request_id?: string
  readonly duplicate?: boolean
  readonly warnings?: readonly WireFinding[]
  readonly refusal?: WireRefusal
}

export type PublishRequest = { readonly event: WireEvent | null }
export type PublishResponse = {
  readonly request_id: string
  readonly duplicate: boolean
  readonly warnings?: readonly WireFinding[]
}
export type EventsRequest = { readonly events: readonly WireEvent[] }
export type PublishBatchResponse = {
  readonly request_id: string
  readonly accepted: number
  readonly duplicates: number
  readonly rejected: number
  readonly retry: number
  readonly verdicts: readonly WireVerdict[]
}
export type PublishStreamResponse = { readonly verdicts: readonly WireVerdict[] }

const packageName = 'pulse.v1'
export const serviceName = `${packageName}.Events`

/** The events of an EventsRequest, when they are `most` or fewer; else undefined, without reading all of them. */
export const eventsIn = listOf<WireEvent>(`${packageName}.Event`)

/** A method as @grpc/grpc-js takes it, for servers and for clients. */
function method<Request, Response>(
  name: string,
  of: { readonly requestStream: boolean; readonly responseStream: boolean },
  request: Codec<Request>,
  response: Codec<Response>,
) {
  return {
    path: `/${serviceName}/${name}`,
    ...of,
    requestSerialize: request.encode,
    requestDeserialize: request.decode,
    responseSerialize: response.encode,
    responseDeserialize: response.decode,
  }
}

export const eventsService = {
  publish: method(
    'Publish',
    { requestStream: false, responseStream: false },
    codec<PublishRequest>(`${packageName}.PublishRequest`),
    codec<PublishResponse>(`${packageName}.PublishResponse`),
  ),
  publishBatch: method(
    'PublishBatch',
    { requestStream: true, responseStream: false },
    codec<EventsRequest>(`${packageName}.PublishBatchRequest`),
    codec<PublishBatchResponse>(`${packageName}.PublishBatchResponse`),
  ),
  publishStream: method(
    'PublishStream',
    { requestStream: true, responseStream: true },
    codec<EventsRequest>(`${packageName}.PublishStreamRequest`),
    codec<PublishStreamResponse>(`${packageName}.PublishStreamResponse`),
  ),
} as const
