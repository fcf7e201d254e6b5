/** What the methods ask of a call, as @grpc/grpc-js has it. */

import type { Facts } from '../exchange.ts'
import { apiKeyOf, traceparentOf } from '../request-headers.ts'
import type { RequestTrace } from '../tracing.ts'
import type { Gate } from './gate.ts'

export type CallMetadata = { get(name: string): readonly (string | Buffer)[] }

export type Call = {
  readonly metadata: CallMetadata
  /** Called once, when the call is over: also of one that has ended well. */
  on(event: 'cancelled', told: () => void): unknown
}

export type UnaryCall<Request> = Call & { readonly request: Request }

export type ReadableCall<Request> = Call & {
  /** Where its messages pass. */
  readonly gate: Gate
  on(event: 'data', take: (message: Request) => void): unknown
  on(event: 'end', ended: () => void): unknown
}

export type DuplexCall<Request, Response> = ReadableCall<Request> & {
  /** `left` is called when the message has left for the client: late, where that one does not read. */
  write(message: Response, left: () => void): unknown
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
