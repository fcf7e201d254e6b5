/** How a batch's verdicts read over HTTP: one result an event, in order, and how many there are of each kind. Pure. */
import { type Answer, acceptedBody } from '../answer.ts'
import { type Quota, quotaHeaders, secondsUntilFits } from '../quota.ts'
import type { Rejected, Verdict } from '../verdict.ts'
import { count, noCounts } from './counts.ts'
import { isWorthRepeating, refusedText } from './result.ts'

/** A batch's results, written down as verdicts come in. */
export class BatchResults {
  readonly #texts: string[]
  readonly counts = noCounts()
  /** What did not fit the quota so far. */
  readonly #beyond = { events: 0, bytes: 0 }
  #retryAfterSeconds = 0
  #quota: Quota | undefined

  constructor(events: number) {
    this.#texts = new Array<string>(events)
  }

  /** `bytes` is what the event costs of the quota. */
  set(index: number, verdict: Verdict, bytes: number): void {
    if (verdict.quota !== undefined) this.#quota = verdict.quota
    count(this.counts, verdict)
    this.#texts[index] =
      verdict.kind === 'rejected' ? this.#rejected(verdict, bytes) : acceptedBody(verdict)
  }

  /** 200, with `Retry-After` where there is something to repeat: the longest that an event asks for. */
  answer(requestId: string): Answer & { readonly body: string } {
    const head = JSON.stringify({ request_id: requestId, ...this.counts })
    const seconds = this.counts.retry > 0 ? this.#retryAfterSeconds : undefined
    const retryAfter = ['Retry-After', String(seconds)] as const
    return {
      status: 200,
      headers: [
        ...(this.#quota === undefined ? [] : quotaHeaders(this.#quota, seconds)),
        ...(seconds === undefined ? [] : [retryAfter]),
      ],
      body: `${head.slice(0, -1)},"results":[${this.#texts.join(',')}]}`,
    }
  }

  #rejected(verdict: Rejected & Verdict, bytes: number): string {
    if (!isWorthRepeating(verdict.code)) return refusedText(verdict)
    const seconds = this.#secondsUntil(verdict, bytes)
    this.#retryAfterSeconds = Math.max(this.#retryAfterSeconds, seconds)
    return refusedText(verdict, seconds)
  }

  /** Events beyond the quota come back together, so each one waits until those before it fit as well. */
  #secondsUntil({ code, quota, retryAfterSeconds }: Rejected & Verdict, bytes: number): number {
    if (code !== 'RATE_LIMITED' || quota === undefined) return retryAfterSeconds ?? 1
    this.#beyond.events++
    this.#beyond.bytes += bytes
    return secondsUntilFits(quota, this.#beyond.bytes, this.#beyond.events)
  }
}
