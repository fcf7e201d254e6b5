/** `Publish`: one event a call, admitted as one of `POST /events` is. */
import type { PublishRequest, PublishResponse, WireEvent } from '../../contracts/events-service.ts'
import { type Acceptable, accept, type Refused } from '../accept.ts'
import { tooLargeEvent } from '../batch/split.ts'
import type { StreamDeps } from '../stream/event-stream.ts'
import { nameOf, strangers, type Verdict } from '../verdict.ts'
import { type CallContext, callerOf, type UnaryCall } from './call.ts'
import { bytesOf, responseOf } from './messages.ts'
import type { Answer } from './result.ts'

const noEvent: WireEvent = { json: new Uint8Array(), idempotency_key: '', ordering_key: '', seq: 0 }

export function makePublish(
  deps: Pick<StreamDeps, 'tenants' | 'admission' | 'metrics'>,
  { maxEventBytes }: { readonly maxEventBytes: number },
) {
  const { tenants, admission, metrics } = deps
  const tooLarge = tooLargeEvent(maxEventBytes)

  return (
    call: UnaryCall<PublishRequest>,
    { requestId, trace, facts }: CallContext,
    answer: Answer<PublishResponse>,
  ): void => {
    const tenant = tenants.byKey(callerOf(call.metadata).apiKey)
    if (typeof tenant === 'string') {
      answer(strangers[tenant])
      return
    }
    const event = call.request.event ?? noEvent
    const bytes = bytesOf(event)
    facts.tenant = tenant.id
    facts.bytes = bytes.length

    const judged = (verdict: Verdict) => {
      facts.verdict = nameOf(verdict)
      metrics.judged(tenant.id, verdict)
      if (verdict.kind === 'rejected') answer(verdict, verdict.quota)
      else answer(responseOf(verdict), verdict.quota)
    }
    const decide = (): Acceptable | Refused => {
      if (bytes.length > maxEventBytes) return tooLarge
      return accept(bytes, {
        idempotencyKey: event.idempotency_key,
        orderingKey: event.ordering_key,
        keyOfLastResort: 'none',
        validation: tenant.validation,
      })
    }
    const refusal = admission.refusal(tenant)
    if (refusal === undefined)
      admission.offer({
        ...{ tenant, requestId, trace, bytes: bytes.length },
        ...{ decision: decide(), answer: judged },
      })
    else judged(refusal)
  }
}
