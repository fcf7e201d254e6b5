/**
 * Counts what became of events, in all and for each tenant. Every arrival ends as exactly one verdict; repeats, late
 * sends, unexpected and tolerated answers are counted beside them.
 */
import type { Verdict } from './answers.ts'
import { type Latency, makeLatency } from './latency.ts'

export type Counts = Readonly<Record<Verdict, number>> & {
  /** Arrivals: the sum of the verdicts. */
  readonly events: number
  /** Attempts of events beyond their first. */
  readonly retried: number
  /** Events that were sent more than `lateMs` after their request was due. */
  readonly late: number
  /** Failed, dropped, or answered otherwise than they must be; each event once. */
  readonly errors: number
  /** Requests that were sent, and those of them that got no answer. */
  readonly requests: number
  readonly unanswered: number
}

export type Tallied = Counts & { readonly latency: Latency }

/** One request, answered or not. */
export type Requested = {
  readonly events: number
  readonly isRepeat: boolean
  readonly isAnswered: boolean
  /** How long after it was due it was sent. */
  readonly lagMs: number
  /** From when it was due to its answer, or to when none could come any more. */
  readonly latencyMs: number
}

export type Tally = {
  requested(tenant: number, requested: Requested): void
  /** `latencyMs` from the intended instant to the final answer, or to when it was given up. */
  ended(tenant: number, verdict: Verdict, latencyMs: number, unexpected?: string | undefined): void
  /** An answer that is not the one wanted, and no error. */
  tolerated(what: string): void
  /** An answer that is wrong beyond what it says of one event. */
  unexpected(what: string): void
  counts(): Counts
  all(): Tallied
  of(tenant: number): Tallied
  /** How late the generator itself was, by event. */
  lag(): Latency
  requestLatency(): Latency
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
  const sheets = Array.from({ length: tenants }, newSheet)
  const lag = makeLatency()
  const requests = makeLatency()
  const recent = makeLatency()
  const unexpected = makeWordings()
  const tolerated = makeWordings()
  const sheetOf = (tenant: number): Sheet => {
    const sheet = sheets[tenant]
    if (sheet === undefined) throw new RangeError(`there is no tenant ${tenant}`)
    return sheet
  }

  return {
    requested(tenant, { events, isRepeat, isAnswered, lagMs, latencyMs }) {
      const { counts } = sheetOf(tenant)
      counts.requests++
      requests.record(latencyMs)
      if (!isAnswered) counts.unanswered++
      if (isRepeat) {
        counts.retried += events
        return
      }
      if (lagMs > lateMs) counts.late += events
      lag.record(lagMs, events)
    },
    ended(tenant, verdict, latencyMs, wrong) {
      const { counts, latency } = sheetOf(tenant)
      counts.events++
      counts[verdict]++
      if (verdict === 'failed' || verdict === 'dropped' || wrong !== undefined) counts.errors++
      latency.record(latencyMs)
      recent.record(latencyMs)
      if (wrong !== undefined) unexpected.add(wrong)
    },
    tolerated: tolerated.add,
    unexpected: unexpected.add,
    counts: () => sumOf(sheets),
    all: () => ({ ...sumOf(sheets), latency: latencyOf(sheets) }),
    of: (tenant) => ({ ...sheetOf(tenant).counts, latency: sheetOf(tenant).latency.measured() }),
    lag: () => lag.measured(),
    requestLatency: () => requests.measured(),
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

const newSheet = (): Sheet => ({ counts: noCounts(), latency: makeLatency() })

const noCounts = (): Sheet['counts'] => ({
  success: 0,
  duplicate: 0,
  conflict: 0,
  'rate-limited': 0,
  invalid: 0,
  failed: 0,
  dropped: 0,
  events: 0,
  retried: 0,
  late: 0,
  errors: 0,
  requests: 0,
  unanswered: 0,
})

function sumOf(sheets: readonly Sheet[]): Counts {
  const sum = noCounts()
  for (const { counts } of sheets)
    for (const name of Object.keys(sum) as (keyof Counts)[]) sum[name] += counts[name]
  return sum
}

function latencyOf(sheets: readonly Sheet[]): Latency {
  const all = makeLatency()
  for (const { latency } of sheets) all.add(latency)
  return all.measured()
}
