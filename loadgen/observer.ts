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
    answered({ tenant, events, dueMs, sentMs, isRepeat }, isAnswered, wrong, nowMs) {
      const [lagMs, latencyMs] = [sentMs - dueMs, nowMs - dueMs]
      tally.requested(tenant, { events: events.length, isRepeat, isAnswered, lagMs, latencyMs })
      if (wrong !== undefined) tally.unexpected(wrong)
    },
    attempted(sending, { sentMs }, told, nowMs) {
      const status = told?.status ?? 0
      journal.write({
        number: sending.number,
        tenant: sending.tenant,
        kind: sending.kind,
        revision: sending.revision,
        attempt: sending.attempt,
        status,
        bodyHash: sending.bodyHash,
        intendedMs: sending.intendedMs,
        sentAfterMs: sentMs - sending.intendedMs,
        answeredAfterMs: nowMs - sentMs,
      })
      // The claim is now the other event's: what a further repeat must get is no longer known.
      if (status === 202 && sending.purpose === 'conflict') recent.forget(sending.number)
      if (status === 202 && sending.purpose === 'fresh')
        recent.add({ number: sending.number, tenant: sending.tenant, kind: sending.kind })
    },
    ended(sending, { verdict, unexpected, tolerated }, nowMs) {
      tally.ended(sending.tenant, verdict, nowMs - sending.intendedMs, unexpected)
      if (tolerated !== undefined) tally.tolerated(tolerated)
    },
    dropped: ({ tenant, intendedMs }, nowMs) => tally.ended(tenant, 'dropped', nowMs - intendedMs),
  }
}
