/**
 * How a refusal ends a call: the gRPC status of its code, and google.rpc.Status (in the trailer `grpc-status-details-bin`)
 * with ErrorInfo, RetryInfo where the call is worth repeating, and BadRequest where findings say what to correct. Pure.
 * Bounded, because clients take few kilobytes of trailers: ten findings, and sentences cut.
 */
import { grpcStatus, grpcStatusOf } from '../../contracts/grpc-status.ts'
import { codec } from '../../contracts/protos.ts'
import { rejections } from '../../contracts/rejections.ts'
import type { Refusal } from '../refusal.ts'

export type CallStatus = {
  readonly code: number
  readonly message: string
  /** An encoded google.rpc.Status. */
  readonly details: Buffer
}

export const errorDomain = 'pulse'
const mostFindings = 10
const mostCharacters = 256

export function statusOf(refusal: Refusal): CallStatus {
  const code = grpcStatus[grpcStatusOf[refusal.code]]
  const message = cut(refusal.message ?? rejections[refusal.code].message)
  const details = status.encode({ code, message, details: detailsOf(refusal) })
  return { code, message, details }
}

type Any = { readonly type_url: string; readonly value: Uint8Array }

const status = codec<{ code: number; message: string; details: readonly Any[] }>(
  'google.rpc.Status',
)

function detail<T>(name: string): (message: T) => Any {
  const { encode } = codec<T>(`google.rpc.${name}`)
  const type_url = `type.googleapis.com/google.rpc.${name}`
  return (message) => ({ type_url, value: encode(message) })
}

const errorInfo = detail<{ reason: string; domain: string; metadata: Record<string, string> }>(
  'ErrorInfo',
)
const retryInfo = detail<{ retry_delay: { seconds: number } }>('RetryInfo')
const badRequest = detail<{ field_violations: readonly object[] }>('BadRequest')

function detailsOf(refusal: Refusal): Any[] {
  const { code, violatedPolicies, retryAfterSeconds = 1, findings = [] } = refusal
  const { next, status, retryable } = rejections[code]
  const metadata = {
    ...{ next, http_status: String(status) },
    ...(violatedPolicies ? { violated_policies: violatedPolicies.join(',') } : {}),
  }
  const violations = findings.slice(0, mostFindings).map(({ path, message, code }) => ({
    ...{ field: cut(path), description: cut(message), reason: code },
  }))
  return [
    errorInfo({ reason: code, domain: errorDomain, metadata }),
    ...(retryable ? [retryInfo({ retry_delay: { seconds: retryAfterSeconds } })] : []),
    ...(violations.length > 0 ? [badRequest({ field_violations: violations })] : []),
  ]
}

const cut = (text: string): string => text.slice(0, mostCharacters)
