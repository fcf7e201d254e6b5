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
  readonly aftermath: Aftermath
}

/** What is wrong, in words; empty when the promise was kept and Pulse is whole. */
export function problemsOf({ recoverySeconds, load, aftermath }: Measured): string[] {
  const count = (number: number, what: string) => (number > 0 ? [`${number} ${what}`] : [])
  return [
    ...(recoverySeconds === undefined ? ['no event accepted and stored afterwards'] : []),
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
  return audit.conservationCloses ? found : [...found, 'the conservation law does not close']
}
