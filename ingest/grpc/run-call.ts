/** Runs a call's method, and ends the call with what that answers: once, also when it fails. */
import type { PublishStreamResponse } from '../../contracts/events-service.ts'
import type { Refusal } from '../refusal.ts'
import type { Call, CallContext, DuplexCall } from './call.ts'
import type { CallUnderWay } from './open-calls.ts'
import type { Metadata } from './packages.ts'
import type { Received } from './received.ts'
import { type Answer, type EndCall, isRefusal } from './result.ts'
import { refusedStatus, trailersOf } from './trailers.ts'

export type Callback<Response> = (
  error: object | null,
  response?: Response | null,
  trailers?: Metadata,
) => void

/** A call that has one answer. */
export function runCall<C extends Call, Response extends object>(
  underWay: CallUnderWay,
  call: C,
  callback: Callback<Response>,
  method: (call: C, context: CallContext, answer: Answer<Response>) => void,
): void {
  const answer: Answer<Response> = (result, quota) => {
    if (isRefusal(result)) {
      underWay.end(result)
      callback(refusedStatus(result, underWay.context.requestId, quota))
    } else {
      underWay.end(undefined)
      callback(null, result, trailersOf(underWay.context.requestId, quota))
    }
  }
  guarded(underWay, answer, () => method(call, underWay.context, answer))
}

/** As @grpc/grpc-js has it. */
export type Duplex = DuplexCall<Received, PublishStreamResponse> & {
  sendMetadata(metadata: Metadata): void
  end(): unknown
  emit(event: 'error', status: object): unknown
}

/** A call of many answers. */
export function runStream(
  underWay: CallUnderWay,
  call: Duplex,
  method: (call: Duplex, context: CallContext, end: EndCall) => void,
): void {
  const { requestId } = underWay.context
  const end: EndCall = (refusal) => {
    underWay.end(refusal)
    if (refusal === undefined) call.end()
    else call.emit('error', refusedStatus(refusal, requestId))
  }
  call.sendMetadata(trailersOf(requestId))
  guarded(underWay, end, () => method(call, underWay.context, end))
}

function guarded(
  underWay: CallUnderWay,
  refuse: (refusal: Refusal) => void,
  method: () => void,
): void {
  try {
    method()
  } catch (err) {
    underWay.failed(err)
    refuse({ code: 'UNAVAILABLE', retryAfterSeconds: 1 })
  }
}
