/** How a batch's verdicts read over HTTP: one result an event, in order, and how many there are of each kind. Pure. */
import { type RejectionCode, rejections } from '../../contracts/rejections.ts'
import { type Answer, acceptedBody, errorOf } from '../answer.ts'
import { type Quota, quotaHeaders } from '../quota.ts'
import type { Rejected, Verdict } from '../verdict.ts'

/**
 * Whether repeating an event with the same key may get it in. For all other codes the answer stays what it is, so
 * that a client need not know the codes: `retry` or `rejected` tells.
 */
export const isWorthRepeating = (code: RejectionCode): boolean =>
  repeatable.has(rejections[code].status)

/** In flight, rate limited, cannot be taken now. */
const repeatable: ReadonlySet<number> = new Set([409, 429, 503])

/** A batch's results, written down as verdicts come in. */
export class BatchResults {
  readonly #texts: string[]
  readonly counts = { accepted: 0, duplicates: 0, rejected: 0, retry: 0 }
  #retryAfterSeconds = 0
  #quota: Quota | undefined

  constructor(events: number) {
    this.#texts = new Array<string>(events)
  }

  set(index: number, verdict: Verdict): void {
    if (verdict.quota !== undefined) this.#quota = verdict.quota
    this.#texts[index] =
      verdict.kind === 'rejected' ? this.#rejected(verdict) : this.#accepted(verdict)
  }

  /** 200, with `Retry-After` where there is something to repeat: the longest that an event asks for. */
  answer(requestId: string): Answer {
    const head = JSON.stringify({ request_id: requestId, ...this.counts })
    const retryAfter = ['Retry-After', String(this.#retryAfterSeconds)] as const
    return {
      status: 200,
      headers: [
        ...(this.#quota === undefined ? [] : quotaHeaders(this.#quota)),
        ...(this.counts.retry > 0 ? [retryAfter] : []),
      ],
      body: `${head.slice(0, -1)},"results":[${this.#texts.join(',')}]}`,
    }
  }

  #accepted(verdict: Verdict & { kind: 'accepted' }): string {
    this.counts[verdict.duplicate ? 'duplicates' : 'accepted']++
    return acceptedBody(verdict)
  }

  #rejected(verdict: Rejected): string {
    const error = JSON.stringify(errorOf(verdict))
    if (!isWorthRepeating(verdict.code)) {
      this.counts.rejected++
      return `{"status":"rejected","error":${error}}`
    }
    this.counts.retry++
    const seconds = verdict.retryAfterSeconds ?? 1
    this.#retryAfterSeconds = Math.max(this.#retryAfterSeconds, seconds)
    return `{"status":"retry","error":${error},"retry_after_seconds":${seconds}}`
  }
}
