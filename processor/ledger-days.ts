/**
 * Whether the ledger remembers keys for longer than Kafka keeps records: a record that outlived its key could be stored
 * twice. Asked once, before the first record is read, because the brokers' settings may differ from the contract's.
 */
import type { Log } from '../contracts/log.ts'
import { reasonOf } from '../contracts/reason.ts'
import { backoffMs, pause } from './backoff.ts'

export type TopicRetention = {
  readonly topic: string
  /** Longest time that a record may stay, in milliseconds; Infinity when nothing bounds it. */
  readonly ms: number
}

const dayMs = 24 * 60 * 60 * 1000

/** What is wrong between LEDGER_DAYS and the topics, as a sentence; undefined when nothing is. */
export function ledgerProblem(
  ledgerDays: number,
  topics: readonly TopicRetention[],
): string | undefined {
  const tooLong = topics.filter(({ ms }) => ms >= ledgerDays * dayMs)
  if (tooLong.length === 0) return undefined
  const kept = tooLong.map(({ topic, ms }) => `${topic} keeps records for ${inDays(ms)}`)
  return `LEDGER_DAYS (${ledgerDays}) must be more than that: ${kept.join(', ')}`
}

const inDays = (ms: number): string =>
  ms === Number.POSITIVE_INFINITY
    ? 'ever'
    : `up to ${Math.ceil(ms / dayMs)} days (retention.ms + segment.ms)`

/**
 * How long a record of a topic may stay, from the topic's settings (Kafka documentation, "Topic Configs"). Segments are
 * deleted when their newest record is older than `retention.ms`, and a segment takes records for `segment.ms`: the
 * oldest of them stays for both together.
 */
export function longestStayMs(settings: ReadonlyMap<string, string>): number {
  const deletes = settings.get('cleanup.policy')?.split(',').includes('delete')
  const retention = Number(settings.get('retention.ms') ?? -1)
  if (!deletes || retention < 0) return Number.POSITIVE_INFINITY
  return retention + Number(settings.get('segment.ms') ?? 0)
}

export type LedgerCheckDeps = {
  /** Rejects while Kafka cannot be asked; leaves out topics that it does not tell about. */
  readonly readRetention: () => Promise<readonly TopicRetention[]>
  readonly fault: (error: unknown) => void
  readonly log: Log
}

/** Resolves once the ledger suffices, or the signal is given. Until then `fault` is told why not. */
export async function untilLedgerSuffices(
  { readRetention, fault, log }: LedgerCheckDeps,
  { ledgerDays }: { readonly ledgerDays: number },
  signal: AbortSignal,
): Promise<void> {
  for (let attempt = 1; !signal.aborted; attempt++) {
    try {
      const problem = ledgerProblem(ledgerDays, await readRetention())
      if (problem === undefined) return
      throw new Error(problem)
    } catch (err) {
      fault(err)
      log.error({ reason: reasonOf(err) }, 'nothing is read before this is settled')
      await pause(backoffMs(attempt, Math.random()), signal)
    }
  }
}
