/** What goes behind a call: its request id, the quota, and how it was refused. */
import { type Quota, quotaHeaders } from '../quota.ts'
import type { Refusal } from '../refusal.ts'
import { grpc, type Metadata } from './packages.ts'
import { statusOf } from './status.ts'

export function refusedStatus(refusal: Refusal, requestId: string, quota?: Quota) {
  const { code, message, details } = statusOf(refusal)
  const metadata = trailersOf(requestId, quota, refusal.retryAfterSeconds)
  metadata.set('grpc-status-details-bin', details)
  return { code, details: message, metadata }
}

/** What HTTP has in headers. */
export function trailersOf(requestId: string, quota?: Quota, retryAfterSeconds?: number): Metadata {
  const metadata = new grpc.Metadata()
  metadata.set('x-request-id', requestId)
  if (quota !== undefined)
    for (const [name, value] of quotaHeaders(quota, retryAfterSeconds)) metadata.set(name, value)
  return metadata
}
