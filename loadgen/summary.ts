/** What a run came to: one object for machines, and its text for people. Pure. */
import type { Asserted, Measured } from './assertions.ts'
import type { Audit } from './audit/audit.ts'
import { findingKinds } from './audit/compare.ts'
import type { Latency } from './latency.ts'
import type { ModeName } from './modes/modes.ts'
import { shownMs } from './progress.ts'
import { type Counts, type Heard, lateMs, type Tallied, verdicts } from './tally.ts'

export type Summary = {
  readonly run: string
  readonly seed: number
  readonly interrupted: boolean
  /** From the start to the last answer. */
  readonly seconds: number
  readonly mode: ModeName
  /** Events a request, at most. */
  readonly batchSize: number
  /** Events answered, over the time in which events were due. */
  readonly answeredPerSecond: number
  readonly requests: Requests
  readonly total: Tallied
  readonly tenants: Readonly<Record<string, Tallied>>
  /** How long after its instant an event was sent: part of every latency. */
  readonly sendLag: Latency
  /** Answers other than the one an event must get. */
  readonly unexpected: readonly Heard[]
  /** Repeats and contradictions that were taken as new: a lost claim, and the ledger decides. */
  readonly tolerated: readonly Heard[]
  readonly journal: string | undefined
  readonly audit: Audit
}

export type Requests = {
  readonly sent: number
  readonly unanswered: number
  readonly answeredPerSecond: number
  /** From when a request was due to its answer. */
  readonly latency: Latency
}

export type Report = Summary & { readonly assertions: readonly Asserted[]; readonly ok: boolean }

export function reportOf(summary: Summary, assertions: readonly Asserted[]): Report {
  const auditOk =
    summary.audit.is === 'skipped' || (summary.audit.is === 'done' && summary.audit.clean)
  const asserted = assertions.every(({ holds }) => holds)
  return { ...summary, assertions, ok: auditOk && asserted && summary.unexpected.length === 0 }
}

/** The values that assertions speak of. */
export function measuredOf({ total, unexpected, audit, answeredPerSecond }: Summary): Measured {
  const found = audit.is === 'done' ? audit.findings : undefined
  const sum = (counts: readonly { count: number }[]) =>
    counts.reduce((all, { count }) => all + count, 0)
  const { latency } = total
  return {
    events: total.events,
    avg: latency.average,
    p50: latency.p50,
    p95: latency.p95,
    p99: latency.p99,
    'p99.9': latency.p999,
    max: latency.max,
    rps: answeredPerSecond,
    errors: total.errors,
    failed: total.failed,
    dropped: total.dropped,
    late: total.late,
    retried: total.retried,
    unexpected: sum(unexpected),
    'rate-limited': total['rate-limited'],
    lost: found && sum(found.filter(({ kind }) => kind === 'lost')),
    audit: audit.is === 'done' ? findingsOf(audit) : undefined,
  }
}

/** A law that does not close is a finding, and so is that nothing was accepted. */
const findingsOf = ({ findings, conservationCloses, accepted }: Audited): number =>
  findings.reduce((all, { count }) => all + count, 0) +
  (conservationCloses ? 0 : 1) +
  (accepted > 0 ? 0 : 1)

type Audited = Extract<Audit, { is: 'done' }>

export function summaryText(report: Report): string {
  const lines = [
    `${report.interrupted ? 'Interrupted after' : 'Ran'} ${report.seconds.toFixed(1)} s, ` +
      `${shown(report.answeredPerSecond)} events answered a second, seed ${report.seed}, run ${report.run}`,
    '',
    ...table(report),
    '',
    ...requestLines(report),
    `Sent after the instant due: p50 ${shownMs(report.sendLag.p50)}, p99 ${shownMs(report.sendLag.p99)}, ` +
      `max ${shownMs(report.sendLag.max)} (late: over ${lateMs} ms, as this program or every connection was busy)`,
    ...givenUpLine(report.total),
    ...report.unexpected.map(({ what, count }) => `✗ Unexpected, ${shown(count)} times: ${what}`),
    ...report.tolerated.map(
      ({ what, count }) =>
        `Tolerated, ${shown(count)} times: ${what} (Redis lost or missed the claim; the ledger decides)`,
    ),
    ...auditLines(report.audit),
    ...report.assertions.map(
      ({ text, holds, actual }) =>
        `${holds ? '✓' : '✗'} ${text}${holds ? '' : `: it is ${actual ?? 'unknown'}`}`,
    ),
  ]
  return `${lines.join('\n')}\n`
}

const shown = (value: number): string =>
  value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 1 : 0 })

/** A column for all, and one for each tenant when there are several. */
function table({ total, tenants }: Report): string[] {
  const several = Object.keys(tenants).length > 1
  const columns: [string, Tallied][] = [['all', total], ...(several ? Object.entries(tenants) : [])]
  const row = (name: string, cell: (tallied: Tallied) => string): string =>
    name.padEnd(14) + columns.map(([title, each]) => cell(each).padStart(width(title))).join('')
  const counted: readonly (keyof Counts)[] = ['events', ...verdicts, 'retried', 'late']
  const timed = ['average', 'p50', 'p95', 'p99', 'p999', 'max'] as const
  return [
    ''.padEnd(14) + columns.map(([title]) => title.padStart(width(title))).join(''),
    ...counted.map((name) => row(name, (each) => shown(each[name]))),
    ...timed.map((name) =>
      row(name === 'p999' ? 'p99.9' : name, ({ latency }) =>
        latency.count === 0 ? '-' : shownMs(latency[name]),
      ),
    ),
  ]
}

/** Requests beside their events, where these are not the same; nothing where they are. */
function requestLines({ mode, batchSize, requests, total }: Report): string[] {
  if (mode === 'single' || mode === 'cloudevents') return []
  const { sent, unanswered, answeredPerSecond, latency } = requests
  const perRequest = (total.events - total.dropped + total.retried) / Math.max(1, sent)
  return [
    `Requests (${mode}, up to ${shown(batchSize)} events each): ${shown(sent)} with ${shown(perRequest)} events on average, ` +
      `${shown(answeredPerSecond)} answered a second, ${shown(unanswered)} without an answer`,
    `From when a request was due, with its last event, to its answer: average ${shownMs(latency.average)}, ` +
      `p50 ${shownMs(latency.p50)}, p99 ${shownMs(latency.p99)}, max ${shownMs(latency.max)}. ` +
      'Above, an event also waits for the others of its request',
  ]
}

/** What the percentiles say of events that had no final answer; nothing when there are none. */
function givenUpLine({ failed, dropped }: Tallied): string[] {
  if (failed + dropped === 0) return []
  return [
    `The times above include ${shown(failed + dropped)} failed or dropped events, each with how long it waited ` +
      'until it was given up: a lower bound',
  ]
}

const width = (title: string): number => Math.max(14, title.length + 2)

function auditLines(audit: Audit): string[] {
  if (audit.is === 'skipped') return [`No audit: ${audit.why}`]
  if (audit.is === 'failed') return [`✗ The audit could not be done: ${audit.why}`]
  const { keys, attempts, stored, dead, drainSeconds, conservationCloses } = audit
  const what =
    `${shown(attempts)} attempts on ${shown(keys)} keys: ${shown(stored)} stored, ${shown(dead)} dead letters, ` +
    `drained in ${drainSeconds.toFixed(1)} s`
  const law = conservationCloses ? [] : ['✗ The conservation law does not close']
  const nothing =
    audit.accepted > 0 ? [] : ['✗ No event was accepted: there is nothing that could be lost']
  const found = audit.findings.flatMap(({ kind, count, examples }) => [
    `✗ ${kind}: ${shown(count)} (${findingKinds[kind]})`,
    ...examples.map((name) => `    ${name}`),
  ])
  return [
    `${audit.clean ? '✓ Audit clean' : '✗ Audit'}: ${what}`,
    ...nothing,
    ...law,
    ...audit.notes,
    ...found,
  ]
}
