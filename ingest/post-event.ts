/** `POST /events`: one event a request. Reads what HTTP says of it; whether it is let in is the admission's decision. */
import { accept, acceptBinary, type Refused, refused } from './accept.ts'
import type { Admission } from './admission.ts'
import { answerRejection, answerVerdict } from './answer.ts'
import { tooLargeEvent } from './batch/split.ts'
import { type BodyEnd, readWhole } from './body.ts'
import { type Budget, Held } from './budget.ts'
import { encodingOf, encodingsWanted } from './content-encoding.ts'
import { contentModeOf } from './edges/content-mode.ts'
import type { Exchange, Handler } from './exchange.ts'
import { eventMediaTypes } from './media-type.ts'
import type { IngestMetrics } from './metrics.ts'
import { apiKeyOf } from './request-headers.ts'
import type { Tenants } from './tenants.ts'
import { nameOf, overloaded, strangers, type Verdict } from './verdict.ts'

type Deps = {
  readonly tenants: Tenants
  readonly admission: Admission
  readonly budget: Budget
  readonly metrics: IngestMetrics
}

export function makePostEvent(
  { tenants, admission, budget, metrics }: Deps,
  { maxEventBytes }: { maxEventBytes: number },
): Handler {
  const unread: Readonly<Record<Unread, Refused>> = {
    'too-large': tooLargeEvent(maxEventBytes),
    undecodable: refused('CONTENT_ENCODING_INVALID'),
  }
  return (exchange: Exchange) => {
    const { request, trace } = exchange
    const tenant = tenants.byKey(apiKeyOf(request))
    if (typeof tenant === 'string') return exchange.answer(answerRejection(strangers[tenant]))
    const mode = contentModeOf(request)
    const encoding = encodingOf(request.getHeader('content-encoding'))
    const idempotencyKey = request.getHeader('idempotency-key')
    const orderingKey = request.getHeader('ordering-key')
    const { validation } = tenant
    const format = mode.kind === 'whole' ? mode.format : 'event'
    const keyOfLastResort = 'none' as const
    const context = { idempotencyKey, orderingKey, keyOfLastResort, validation, format }

    exchange.facts.tenant = tenant.id
    const answer = (verdict: Verdict) => {
      exchange.facts.verdict = nameOf(verdict)
      metrics.judged(tenant.id, verdict)
      exchange.answer(answerVerdict(verdict, eventMediaTypes))
    }
    const decide = (body: Buffer | Unread) => {
      if (mode.kind === 'refused') return mode
      if (encoding === undefined) return refused('UNSUPPORTED_CONTENT_ENCODING', encodingsWanted)
      if (typeof body === 'string') return unread[body]
      if (mode.kind === 'binary') return acceptBinary(mode, body, context)
      return accept(body, context)
    }
    const how = { encoding: encoding ?? 'identity', limit: maxEventBytes, held: new Held(budget) }
    readWhole(exchange, how, (body) => {
      if (body === 'no-room') return answer(overloaded)
      const refusal = admission.refusal(tenant)
      if (refusal !== undefined) return answer(refusal)
      const bytes = typeof body === 'string' ? 0 : body.length
      exchange.facts.bytes = bytes
      const { requestId } = exchange
      admission.offer({ tenant, requestId, decision: decide(body), bytes, trace, answer })
    })
  }
}

type Unread = Exclude<BodyEnd, 'whole' | 'no-room'>
