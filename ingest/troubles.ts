/**
 * What an operator must know, as warnings: the first of a kind at once, and while it goes on one line every few seconds
 * that says how many there were. Bounded by the kinds. Nobody passes a key, a secret or a payload as a reason.
 */
import type { Log } from '../contracts/log.ts'

const sentences = {
  overloaded: 'events refused: too much is under way',
  unavailable: 'events refused: Kafka did not take them',
  unconfirmed: 'events answered as unconfirmed: Kafka did not say in time what became of them',
  not_produced: 'records are not in Kafka',
  not_reported: 'records may or may not be in Kafka',
  claims_not_told: 'Redis did not hear what became of claims: repeats are told to wait',
  spans_lost: 'spans are lost: the collector does not take them, or more come than it takes',
} as const

export type Trouble = keyof typeof sentences

export type Troubles = {
  /** `reason` is of the last one. */
  happened(trouble: Trouble, count: number, reason?: string): void
}

const everyMs = 10_000

/** What has happened since the last line. */
type Since = { count: number; reason: string | undefined }

export function makeTroubles(log: Pick<Log, 'warn'>, pauseMs = everyMs): Troubles {
  const going = new Map<Trouble, Since>()

  function tell(trouble: Trouble, count: number, reason: string | undefined): void {
    log.warn({ trouble, count, ...(reason === undefined ? {} : { reason }) }, sentences[trouble])
    going.set(trouble, { count: 0, reason: undefined })
    setTimeout(goOn, pauseMs, trouble).unref()
  }

  function goOn(trouble: Trouble): void {
    const { count = 0, reason } = going.get(trouble) ?? {}
    going.delete(trouble)
    if (count > 0) tell(trouble, count, reason)
  }

  return {
    happened(trouble, count, reason) {
      const known = going.get(trouble)
      if (known === undefined) return tell(trouble, count, reason)
      known.count += count
      if (reason !== undefined) known.reason = reason
    },
  }
}
