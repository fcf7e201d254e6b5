/**
 * Counts what became of events, in all and for each tenant. Every arrival ends as exactly one verdict; repeats, late
 * sends and unexpected answers are counted beside them.
 */
import type { Verdict } from './answers.ts'
import { type Latency, makeLatency } from './latency.ts'

export type Counts = Readonly<Record<Verdict, number>> & {
  /** Arrivals: the sum of the verdicts. */
  readonly events: number
  /** Attempts beyond the first. */
  readonly retried: number
  /** Sent more than `lateMs` after their instant. */
  readonly late: number
}

export type Tallied = Counts & { readonly latency: Latency }

export type Tally = {
  /** `lagMs`: how long after its instant the first attempt was sent. */
  sent(tenant: number, attempt: number, lagMs: number): void
  /** `latencyMs` from the intended instant to the final answer; undefined when there was none. */
  ended(tenant: number, verdict: Verdict, latencyMs: number | undefined): void
  unexpected(what: string): void
  all(): Tallied
  of(tenant: number): Tallied
  /** How late the generator itself was. */
  lag(): Latency
  /** Latency since the last call. */
  recent(): Latency
  unexpectedAnswers(): { readonly what: string; readonly count: number }[]
}

export const lateMs = 10
const mostUnexpected = 50

export const verdicts = [
  'success',
  'duplicate',
  'conflict',
  'rate-limited',
  'invalid',
  'failed',
  'dropped',
] as const satisfies readonly Verdict[]

type Sheet = {
  counts: { -readonly [K in keyof Counts]: number }
  latency: ReturnType<typeof makeLatency>
}

export function makeTally(tenants: number): Tally {
  const total = newSheet()
  const sheets = Array.from({ length: tenants }, newSheet)
  const lag = makeLatency()
  const recent = makeLatency()
  const unexpected = new Map<string, number>()
  const both = (tenant: number): Sheet[] => [total, sheets[tenant] ?? total]

  return {
    sent(tenant, attempt, lagMs) {
      for (const { counts } of both(tenant)) {
        if (attempt > 1) counts.retried++
        else if (lagMs > lateMs) counts.late++
      }
      if (attempt === 1) lag.record(lagMs)
    },
    ended(tenant, verdict, latencyMs) {
      for (const { counts, latency } of both(tenant)) {
        counts.events++
        counts[verdict]++
        if (latencyMs !== undefined) latency.record(latencyMs)
      }
      if (latencyMs !== undefined) recent.record(latencyMs)
    },
    unexpected(what) {
      const known = unexpected.has(what) || unexpected.size < mostUnexpected
      const name = known ? what : 'others'
      unexpected.set(name, (unexpected.get(name) ?? 0) + 1)
    },
    all: () => tallied(total),
    of: (tenant) => tallied(sheets[tenant] ?? total),
    lag: () => lag.measured(),
    recent() {
      const measured = recent.measured()
      recent.reset()
      return measured
    },
    unexpectedAnswers: () =>
      [...unexpected].map(([what, count]) => ({ what, count })).sort((a, b) => b.count - a.count),
  }
}

function newSheet(): Sheet {
  const none = Object.fromEntries(verdicts.map((verdict) => [verdict, 0])) as Record<
    Verdict,
    number
  >
  return { counts: { ...none, events: 0, retried: 0, late: 0 }, latency: makeLatency() }
}

const tallied = ({ counts, latency }: Sheet): Tallied => ({
  ...counts,
  latency: latency.measured(),
})
