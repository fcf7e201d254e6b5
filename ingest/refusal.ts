/** How a refusal reads: in Pulse's own shape, or as a problem (RFC 9457). Both say the same, and what to do next. Pure. */
import type {
  ErrorAnswer,
  ProblemAnswer,
  ProblemTypeAnswer,
  RejectedVerdict,
} from '../contracts/answers.ts'
import type { Finding } from '../contracts/envelope.ts'
import { type RejectionCode, rejections } from '../contracts/rejections.ts'

export type Refusal = {
  readonly code: RejectionCode
  /** Replaces the code's own sentence where more can be said. */
  readonly message?: string
  /** Whole seconds, as in `Retry-After`. */
  readonly retryAfterSeconds?: number
  /** What keeps the event from being stored. */
  readonly findings?: readonly Finding[]
  /** Names of the policies in `RateLimit-Policy` that the call would exceed. */
  readonly violatedPolicies?: readonly string[]
}

/** `{"error":{"code","message","next", …details}}`. */
export function errorAnswer(refusal: Refusal): ErrorAnswer {
  const { message, next } = rejections[refusal.code]
  return {
    error: { code: refusal.code, message: refusal.message ?? message, next, ...details(refusal) },
  }
}

/**
 * A problem: `type` is a path of this server that explains it, `instance` the request's id. The title stays as it is for
 * a type; the detail says what is particular, and what to do next.
 * `violated-policies` is named as in the problem type "quota-exceeded" of draft-ietf-httpapi-ratelimit-headers. Its URI
 * is not registered yet and leads nowhere, so the type stays Pulse's own.
 */
export function problemAnswer(refusal: Refusal, requestId: string): ProblemAnswer {
  const { status, message: title, next } = rejections[refusal.code]
  const { violatedPolicies } = refusal
  return {
    type: problemPath(refusal.code),
    title,
    status,
    detail: refusal.message === undefined ? next : `${refusal.message}. ${next}`,
    instance: requestId,
    code: refusal.code,
    ...details(refusal),
    ...(violatedPolicies ? { 'violated-policies': [...violatedPolicies] } : {}),
  }
}

/** What is said of one event of a batch: whether to repeat it is said beside. */
export function verdictError({ code, message, findings }: Refusal): RejectedVerdict['error'] {
  return { code, message: message ?? rejections[code].message, ...foundIn(findings) }
}

/** What a code means, whatever the call was. */
export function problemTypeAnswer(code: RejectionCode): ProblemTypeAnswer {
  const { status, message: title, next, retryable } = rejections[code]
  return { type: problemPath(code), code, status, title, next, retryable }
}

/** Where a code is explained: `/problems/rate-limited`. */
export const problemPath = (code: RejectionCode): string =>
  `/problems/${code.toLowerCase().replaceAll('_', '-')}`

const details = ({ retryAfterSeconds, findings }: Refusal) => ({
  ...(retryAfterSeconds === undefined ? {} : { retry_after_seconds: retryAfterSeconds }),
  ...foundIn(findings),
})

const foundIn = (findings: Refusal['findings']) =>
  findings === undefined ? {} : { findings: [...findings] }
