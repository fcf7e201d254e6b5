/** What the methods ask of a call, as @grpc/grpc-js has it. */
import { apiKeyOf, traceparentOf } from '../request-headers.ts'
import type { Facts } from '../server.ts'
import type { RequestTrace } from '../tracing.ts'

export type CallMetadata = { get(name: string): readonly (string | Buffer)[] }

export type Call = {
  readonly metadata: CallMetadata
  /** Whether the client has gone, or its deadline has passed: nobody is answered any more. */
  readonly cancelled: boolean
  on(event: 'cancelled', told: () => void): unknown
}

export type UnaryCall<Request> = Call & { readonly request: Request }

/** Messages come while nobody has paused it. */
export type ReadableCall<Request> = Call & {
  on(event: 'data', take: (message: Request) => void): unknown
  on(event: 'end', ended: () => void): unknown
  pause(): unknown
  resume(): unknown
}

export type DuplexCall<Request, Response> = ReadableCall<Request> & {
  /** False when the client does not read: `drain` tells that it does again. */
  write(message: Response): boolean
  once(event: 'drain', told: () => void): unknown
}

/** What goes with one call. */
export type CallContext = {
  readonly requestId: string
  /** As in metrics and spans. */
  readonly route: string
  readonly trace: RequestTrace
  readonly facts: Facts
}

/** Who calls. */
export type Caller = { readonly apiKey: string; readonly traceparent: string | undefined }

export function callerOf(metadata: CallMetadata): Caller {
  const headers = { getHeader: (name: string) => String(metadata.get(name)[0] ?? '') }
  return { apiKey: apiKeyOf(headers), traceparent: traceparentOf(headers) }
}
