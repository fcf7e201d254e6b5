/** The refusals that an operation may answer, as OpenAPI responses: one a status, with an example for each code. */
import { type RejectionCode, rejections } from '../../contracts/rejections.ts'
import { problemJson } from '../negotiate.ts'
import { errorAnswer, problemAnswer, type Refusal } from '../refusal.ts'
import { type HeaderName, headersNamed } from './headers.ts'
import { reference } from './json-schema.ts'
import { exampleFinding, exampleRequestId } from './schemas.ts'

/** Codes that are answered before the tenant is known, or its quota looked at. */
const withoutQuota: ReadonlySet<RejectionCode> = new Set([
  'UNAUTHORIZED',
  'NOT_FOUND',
  'UPGRADE_REQUIRED',
])

export function refusalResponses(
  codes: readonly RejectionCode[],
): Readonly<Record<string, object>> {
  const statuses = [...new Set(codes.map((code) => rejections[code].status))]
  return Object.fromEntries(
    statuses.map((status) => {
      const those = codes.filter((code) => rejections[code].status === status)
      return [String(status), refusalResponse(status, those)]
    }),
  )
}

const refusalResponse = (status: number, those: readonly RejectionCode[]) => ({
  description: those.map((code) => `**${code}** ${rejections[code].message}.`).join('\n\n'),
  headers: headersNamed(headersOf(status, those)),
  content: {
    'application/json': {
      schema: reference('Error'),
      examples: examples(those, (code) => errorAnswer(exampleOf(code))),
    },
    [problemJson]: {
      schema: reference('Problem'),
      examples: examples(those, (code) => problemAnswer(exampleOf(code), exampleRequestId)),
    },
  },
})

function headersOf(
  status: number,
  codes: readonly RejectionCode[],
): Readonly<Record<string, HeaderName>> {
  return {
    'X-Request-Id': 'RequestId',
    ...(codes.some((code) => rejections[code].retryable) ? { 'Retry-After': 'RetryAfter' } : {}),
    ...(codes.every((code) => withoutQuota.has(code))
      ? {}
      : { 'RateLimit-Policy': 'RateLimitPolicy', RateLimit: 'RateLimit' }),
    ...(status === 401 ? { 'WWW-Authenticate': 'WwwAuthenticate' } : {}),
    ...(status === 426 ? { Upgrade: 'Upgrade' } : {}),
    ...(status === 415 ? { Accept: 'Accept', 'Accept-Encoding': 'AcceptEncoding' } : {}),
  }
}

const examples = (codes: readonly RejectionCode[], answer: (code: RejectionCode) => object) =>
  Object.fromEntries(
    codes.map((code) => [code, { summary: rejections[code].message, value: answer(code) }]),
  )

const exampleOf = (code: RejectionCode): Refusal => ({
  code,
  ...(rejections[code].retryable ? { retryAfterSeconds: code === 'RATE_LIMITED' ? 12 : 1 } : {}),
  ...(code === 'INVALID_EVENT' ? { findings: [exampleFinding] } : {}),
  ...(code === 'RATE_LIMITED' ? { violatedPolicies: ['events'] } : {}),
})
