import type { Finding } from '../contracts/envelope.ts'
import type { RejectionCode } from '../contracts/rejections.ts'

/** An event that is not let in, whatever the quota says. */
export type Refused = {
  readonly kind: 'refused'
  readonly code: RejectionCode
  /** Replaces the code's own sentence where more can be said. */
  readonly message?: string
  readonly findings?: readonly Finding[]
}

export const refused = (code: RejectionCode, message?: string): Refused =>
  message === undefined ? { kind: 'refused', code } : { kind: 'refused', code, message }
