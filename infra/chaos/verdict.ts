/** Decides whether a fault was survived, from what was measured after it. Pure. */
import type { LoadReport } from './load.ts'

/** What Pulse looks like once it had its time. */
export type Aftermath = {
  /** Events that were accepted after the fault, and have not exactly one row. */
  readonly probesAmiss: number
  /** The counts of all partitions add up, and are those of the tables. */
  readonly countsClose: boolean
  /** Dead letters for which the world was to blame: unreadable, or refused by the store. */
  readonly wrongDeadLetters: number
  readonly unpublishedDeadLetters: number
  /** Dead letters that the topic does not hold. */
  readonly missingFromTopic: number
  /** Bytes of events that ingest still counts as under way although nothing is sent. */
  readonly bytesUnderWay: number
  /** What ended without having been told to, or is not ready. */
  readonly unwell: readonly string[]
}

export type Measured = {
  readonly recoverySeconds: number | undefined
  readonly load: LoadReport
  /** Of a load that was sent before that one, and whose events the fault lost by its nature. */
  readonly earlier?: LoadReport | undefined
  readonly aftermath: Aftermath
}

/** 0 when every fault that was run was survived, and there was one. */
export function exitCodeOf(outcomes: readonly Verdict[]): 0 | 1 {
  const run = outcomes.filter(({ leftOut }) => leftOut === undefined)
  return run.length > 0 && run.every(({ problems }) => problems.length === 0) ? 0 : 1
}

type Verdict = { readonly problems: readonly string[]; readonly leftOut?: string }

/** What is wrong, in words; empty when the promise was kept and Pulse is whole. */
export function problemsOf({ recoverySeconds, load, earlier, aftermath }: Measured): string[] {
  return [
    ...(recoverySeconds === undefined ? ['no event accepted and stored afterwards'] : []),
    ...(earlier === undefined ? [] : answerProblems(earlier)),
    ...answerProblems(load),
    ...auditProblems(load.audit),
    ...count(aftermath.probesAmiss, 'accepted afterwards without exactly one row'),
    ...(aftermath.countsClose ? [] : ['the counts do not close']),
    ...count(aftermath.wrongDeadLetters, 'dead letters nobody sent a reason for'),
    ...count(aftermath.unpublishedDeadLetters, 'dead letters unpublished'),
    ...count(aftermath.missingFromTopic, 'dead letters missing from their topic'),
    ...count(aftermath.bytesUnderWay, 'bytes left under way in ingest'),
    ...aftermath.unwell,
  ]
}

function auditProblems(audit: LoadReport['audit']): string[] {
  if (audit.is !== 'done') return [`no audit: ${audit.why}`]
  const found = audit.findings.map(({ kind, count }) => `${count} ${kind}`)
  if (!audit.conservationCloses) found.push('the conservation law does not close')
  return audit.clean || found.length > 0 ? found : ['the audit proves nothing']
}

/**
 * An answer may be late, and it may be one to repeat the event; what it is in the end has to be right. The generator
 * repeats for a minute after the schedule's end, twice as long as a claim is held.
 */
function answerProblems({ total, unexpected }: LoadReport): string[] {
  return [
    ...count(total.failed, 'events without a final answer'),
    ...unexpected.flatMap(({ what, count: times }) => count(times, `times ${what}`)),
  ]
}

const count = (number: number, what: string): string[] => (number > 0 ? [`${number} ${what}`] : [])
