/** What is said of one event among several, whichever door they came through: pure. */
import { type RejectionCode, rejections } from '../../contracts/rejections.ts'
import { type Refusal, verdictError } from '../refusal.ts'

/**
 * Whether repeating an event with the same key may get it in. For all other codes the answer stays what it is, so
 * that a client need not know the codes: `retry` or `rejected` tells.
 */
export const isWorthRepeating = (code: RejectionCode): boolean => rejections[code].retryable

/** The JSON of an event that was not accepted; `seconds` until it is to be repeated, where it is. */
export function refusedText(refusal: Refusal, seconds = refusal.retryAfterSeconds ?? 1): string {
  const error = JSON.stringify(verdictError(refusal))
  return isWorthRepeating(refusal.code)
    ? `{"status":"retry","error":${error},"retry_after_seconds":${seconds}}`
    : `{"status":"rejected","error":${error}}`
}
