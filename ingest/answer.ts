/** How a verdict reads over HTTP: pure. */
import { type RejectionCode, rejections } from '../contracts/rejections.ts'
import { encodings } from './content-encoding.ts'
import { asksForProblems, problemJson } from './negotiate.ts'
import { quotaHeaders } from './quota.ts'
import { errorAnswer, problemAnswer, type Refusal } from './refusal.ts'
import type { Accepted, Verdict } from './verdict.ts'

export type Answer = {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** application/json unless said otherwise. */
  readonly contentType?: string
  /** Ends the connection with this answer. */
  readonly closes?: boolean
  /** As it goes out; a refusal in the shape that the client asks for. */
  readonly body: string | Uint8Array | Refusal
}

/**
 * 202 for an accepted event; a repeat answers the first request's id and says so in a header too.
 * `mediaTypes` are those that are taken where it went, in the words of an Accept header.
 */
export function answerVerdict(verdict: Verdict, mediaTypes = 'application/json'): Answer {
  const retryAfterSeconds = verdict.kind === 'rejected' ? verdict.retryAfterSeconds : undefined
  const quota = verdict.quota === undefined ? [] : quotaHeaders(verdict.quota, retryAfterSeconds)
  if (verdict.kind === 'rejected') {
    const wrongType = verdict.code === 'UNSUPPORTED_MEDIA_TYPE'
    const taken = wrongType ? ([['Accept', mediaTypes]] as const) : []
    return answerRejection(verdict, [...quota, ...taken])
  }
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

/** A refusal, with the headers that go with it: when to come back, how to authenticate, what is taken. */
export function answerRejection(refusal: Refusal, headers: Answer['headers'] = []): Answer {
  const { status, retryable } = rejections[refusal.code]
  const retryAfterSeconds = refusal.retryAfterSeconds ?? (retryable ? 1 : undefined)
  const retry =
    retryAfterSeconds === undefined ? [] : [['Retry-After', String(retryAfterSeconds)] as const]
  return {
    status,
    headers: [...headers, ...retry, ...(goesWith[refusal.code] ?? []), ['Vary', 'Accept']],
    // Of a body that was too large, more may be on its way.
    ...(status === 413 ? { closes: true } : {}),
    body: retryAfterSeconds === undefined ? refusal : { ...refusal, retryAfterSeconds },
  }
}

/** RFC 9110: section 11.6.1, and section 15.5.16 for an encoding, and for nothing else that answers 415. */
const goesWith: { readonly [code in RejectionCode]?: Answer['headers'] } = {
  UNAUTHORIZED: [['WWW-Authenticate', 'Bearer']],
  UNSUPPORTED_CONTENT_ENCODING: [['Accept-Encoding', encodings.join(', ')]],
}

/** A refusal's code; undefined for any other answer. */
export const codeOf = ({ body }: Answer): RejectionCode | undefined =>
  typeof body === 'string' || body instanceof Uint8Array ? undefined : body.code

/** What goes out: a refusal in the shape that the client's Accept header asks for, anything else as it is. */
export function contentOf(
  { body, contentType = 'application/json' }: Answer,
  client: { readonly accept: string; readonly requestId: string },
): { readonly contentType: string; readonly body: string | Uint8Array } {
  if (typeof body === 'string' || body instanceof Uint8Array) return { contentType, body }
  if (asksForProblems(client.accept))
    return {
      contentType: problemJson,
      body: JSON.stringify(problemAnswer(body, client.requestId)),
    }
  return { contentType, body: JSON.stringify(errorAnswer(body)) }
}
