/**
 * What is wrong with how a stream ended, in words; undefined when it may end so: the server stops, or what lies between
 * is lost. Any other end is the server's refusal of what was sent, and nothing was sent that a stream refuses. Pure.
 */
import { grpcStatus } from '../../contracts/grpc-status.ts'
import { type RejectionCode, rejections } from '../../contracts/rejections.ts'

/** What a WebSocket says before it is closed as refused. */
export const wrongRefusal = (code: RejectionCode): string | undefined =>
  rejections[code]?.retryable ? undefined : `refused with ${code}`

/** RFC 6455: 1006 stands for a connection that ended without a close frame, 1012 for a service that restarts. */
export function wrongClose(code: number, reason: string): string | undefined {
  if (code === 1006 || code === 1012) return undefined
  return `closed with ${`${code} ${reason}`.trimEnd()}`
}

/** Whoever has not said that all was sent is not told OK. */
export function wrongStatus(code: number, details: string): string | undefined {
  if (code === grpcStatus.UNAVAILABLE) return undefined
  return `ended with ${`${code} ${details}`.trimEnd()}`
}
