/** How a verdict reads over HTTP: pure. */
import { type RejectionCode, rejections } from '../contracts/rejections.ts'
import { encodings } from './content-encoding.ts'
import { quotaHeaders } from './quota.ts'
import type { Accepted, Rejected, Verdict } from './verdict.ts'

export type Answer = {
  readonly status: number
  /** Of a refusal. */
  readonly code?: RejectionCode
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** application/json unless said otherwise. */
  readonly contentType?: string
  /** Ends the connection with this answer. */
  readonly closes?: boolean
  readonly body: string
}

/** 202 for an accepted event; a repeat answers the first request's id and says so in a header too. */
export function answerVerdict(verdict: Verdict): Answer {
  const quota = verdict.quota === undefined ? [] : quotaHeaders(verdict.quota)
  if (verdict.kind === 'rejected') return answerRejection(verdict, quota)
  const replayed = verdict.duplicate ? ([['Idempotency-Replayed', 'true']] as const) : []
  return {
    status: 202,
    headers: [...quota, ...replayed],
    body: acceptedBody(verdict),
  }
}

/** The JSON of one accepted event. */
export function acceptedBody({ requestId, duplicate, warnings }: Accepted): string {
  const told = warnings.length === 0 ? '' : `,"warnings":${JSON.stringify(warnings)}`
  return `{"status":"accepted","request_id":${JSON.stringify(requestId)},"duplicate":${duplicate}${told}}`
}

/** The one shape of a refusal: `{"error":{"code","message", …details}}`. */
export function answerRejection(
  rejection: Omit<Rejected, 'kind'>,
  headers: Answer['headers'] = [],
): Answer {
  const { status } = rejections[rejection.code]
  const retry =
    rejection.retryAfterSeconds === undefined
      ? []
      : [['Retry-After', String(rejection.retryAfterSeconds)] as const]
  const challenge = status === 401 ? ([['WWW-Authenticate', 'Bearer']] as const) : []
  // RFC 9110 section 15.5.16: for an encoding, and for nothing else that answers 415.
  const encoding =
    rejection.code === 'UNSUPPORTED_CONTENT_ENCODING'
      ? ([['Accept-Encoding', encodings.join(', ')]] as const)
      : []
  return {
    status,
    code: rejection.code,
    headers: [...headers, ...retry, ...challenge, ...encoding],
    // Of a body that was too large, more may be on its way.
    ...(status === 413 ? { closes: true } : {}),
    body: JSON.stringify({ error: errorOf(rejection) }),
  }
}

/** What is said of a refused request or event: `{code, message, …details}`. */
export const errorOf = ({ code, message, findings }: Omit<Rejected, 'kind'>) => ({
  code,
  message: message ?? rejections[code].message,
  ...(findings === undefined ? {} : { findings }),
})
