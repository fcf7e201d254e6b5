/**
 * Counts what became of events, in all and for each tenant. Every arrival ends as exactly one verdict; repeats, late
 * sends, unexpected and tolerated answers are counted beside them.
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
  /** Failed, dropped, or answered otherwise than they must be; each event once. */
  readonly errors: number
}

export type Tallied = Counts & { readonly latency: Latency }

export type Tally = {
  /** `lagMs`: how long after its instant the first attempt was sent. */
  sent(tenant: number, attempt: number, lagMs: number): void
  /** `latencyMs` from the intended instant to the final answer, or to when it was given up. */
  ended(tenant: number, verdict: Verdict, latencyMs: number, unexpected?: string | undefined): void
  /** An answer that is not the one wanted, and no error. */
  tolerated(what: string): void
  all(): Tallied
  of(tenant: number): Tallied
  /** How late the generator itself was. */
  lag(): Latency
  /** Latency since the last call. */
  recent(): Latency
  unexpectedAnswers(): readonly Heard[]
  toleratedAnswers(): readonly Heard[]
}

/** Answers of one wording. */
export type Heard = { readonly what: string; readonly count: number }

export const lateMs = 10
const mostWordings = 50

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
  const unexpected = makeWordings()
  const tolerated = makeWordings()
  const both = (tenant: number): Sheet[] => [total, sheets[tenant] ?? total]

  return {
    sent(tenant, attempt, lagMs) {
      for (const { counts } of both(tenant)) {
        if (attempt > 1) counts.retried++
        else if (lagMs > lateMs) counts.late++
      }
      if (attempt === 1) lag.record(lagMs)
    },
    ended(tenant, verdict, latencyMs, wrong) {
      const isError = verdict === 'failed' || verdict === 'dropped' || wrong !== undefined
      for (const { counts, latency } of both(tenant)) {
        counts.events++
        counts[verdict]++
        if (isError) counts.errors++
        latency.record(latencyMs)
      }
      recent.record(latencyMs)
      if (wrong !== undefined) unexpected.add(wrong)
    },
    tolerated: tolerated.add,
    all: () => tallied(total),
    of: (tenant) => tallied(sheets[tenant] ?? total),
    lag: () => lag.measured(),
    recent() {
      const measured = recent.measured()
      recent.reset()
      return measured
    },
    unexpectedAnswers: unexpected.heard,
    toleratedAnswers: tolerated.heard,
  }
}

/** Counts answers by their words, the most frequent first; beyond `mostWordings` they are others. */
function makeWordings() {
  const counts = new Map<string, number>()
  return {
    add(what: string): void {
      const name = counts.has(what) || counts.size < mostWordings ? what : 'others'
      counts.set(name, (counts.get(name) ?? 0) + 1)
    },
    heard: (): readonly Heard[] =>
      [...counts].map(([what, count]) => ({ what, count })).sort((a, b) => b.count - a.count),
  }
}

function newSheet(): Sheet {
  const none = Object.fromEntries(verdicts.map((verdict) => [verdict, 0])) as Record<
    Verdict,
    number
  >
  return { counts: { ...none, events: 0, retried: 0, late: 0, errors: 0 }, latency: makeLatency() }
}

const tallied = ({ counts, latency }: Sheet): Tallied => ({
  ...counts,
  latency: latency.measured(),
})
