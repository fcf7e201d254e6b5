/** Builders for tests of streams: an admission whose verdicts are the test's, and what goes with it. */
import type { Attempt } from '../admission.ts'
import { makeBudget } from '../budget.ts'
import { aTenant } from '../builders.ts'
import type { Tenant } from '../tenants.ts'
import { noTracing } from '../tracing.ts'
import { overloaded, type Verdict } from '../verdict.ts'
import type { StreamDeps } from './event-stream.ts'
import type { Attended, Streams } from './streams.ts'

export const accepted = (requestId = 'x', given: Partial<Verdict> = {}): Verdict =>
  ({
    ...{ kind: 'accepted', requestId, duplicate: false, warnings: [], quota: undefined },
    ...given,
  }) as Verdict

export function streamDeps({ maxInFlight = 100_000, maxInFlightBytes = 1_000_000_000 } = {}) {
  const offered: Attempt[] = []
  const attended = new Set<Attended>()
  const ended: string[] = []
  const budget = makeBudget({ maxInFlight, maxInFlightBytes })
  const state = {
    tenant: aTenant({ id: 'tenant_a' }) as Tenant | 'unknown',
    /** What each event is answered at once. */
    answers: undefined as Verdict | undefined,
    /** Whether the quota is known to be used up. */
    usedUp: false,
    stopping: false,
    nowMs: Date.UTC(2026, 0, 2),
  }
  const metrics = {
    judged() {},
    batch() {},
    streams: () => ({ opened() {}, ended: (as: string) => void ended.push(as) }),
  } as unknown as StreamDeps['metrics']
  const streams: Streams = {
    add(stream) {
      attended.add(stream)
      return () => void attended.delete(stream)
    },
    drain: async () => {},
  }
  const deps: StreamDeps & { readonly streams: Streams } = {
    tenants: { byKey: () => state.tenant },
    admission: {
      refusal: () => (state.usedUp ? overloaded : undefined),
      offer(attempt) {
        offered.push(attempt)
        if (state.answers !== undefined) attempt.answer(state.answers)
      },
      settled: async () => {},
    },
    ...{ budget, metrics, tracing: noTracing, log: {} as StreamDeps['log'], logRequests: false },
    clock: { elapsed: () => 0, stopping: () => state.stopping },
    now: () => state.nowMs,
    streams,
  }
  return { deps, offered, attended, ended, budget, state }
}
