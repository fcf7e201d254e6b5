/**
 * What is written down of each event: its attempts in the journal, its end in the tally, and that it can be repeated.
 * Every event has a latency: one that failed or was dropped has waited at least until it was given up, and counts with
 * that, as a lower bound. Without it the worst events would be missing from the percentiles.
 */
import type { Journal } from './journal.ts'
import type { RecentKeys } from './recent-keys.ts'
import type { Observer } from './send.ts'
import type { Tally } from './tally.ts'

export function makeObserver(
  tally: Tally,
  journal: Pick<Journal, 'write'>,
  recent: Pick<RecentKeys, 'add' | 'forget'>,
): Observer {
  return {
    attempted(sending, answer, nowMs) {
      const sentAfterMs = sending.sentMs - sending.intendedMs
      tally.sent(sending.tenant, sending.attempt, sentAfterMs)
      journal.write({
        number: sending.number,
        tenant: sending.tenant,
        kind: sending.kind,
        revision: sending.revision,
        attempt: sending.attempt,
        status: answer?.status ?? 0,
        bodyHash: sending.bodyHash,
        intendedMs: sending.intendedMs,
        sentAfterMs,
        answeredAfterMs: nowMs - sending.sentMs,
      })
      // The claim is now the other event's: what a further repeat must get is no longer known.
      if (answer?.status === 202 && sending.purpose === 'conflict') recent.forget(sending.number)
      if (answer?.status === 202 && sending.purpose === 'fresh')
        recent.add({ number: sending.number, tenant: sending.tenant, kind: sending.kind })
    },
    ended(sending, { verdict, unexpected, tolerated }, nowMs) {
      tally.ended(sending.tenant, verdict, nowMs - sending.intendedMs, unexpected)
      if (tolerated !== undefined) tally.tolerated(tolerated)
    },
    dropped: (intendedMs, { tenant }, nowMs) => tally.ended(tenant, 'dropped', nowMs - intendedMs),
  }
}
