/**
 * A log line for each dead letter, with the ids by which an event is found elsewhere; never its content. A flood of bad
 * events is no flood of lines: at most 100 a second, and how many were left out.
 */
import type { Log } from '../contracts/log.ts'
import type { DeadLetter } from './dead-letter.ts'

const mostASecond = 100

export function makeDeadLetterLines(
  log: Log,
  now: () => number,
): (letters: readonly DeadLetter[]) => void {
  let second = 0
  let lines = 0
  return (letters) => {
    const current = Math.floor(now() / 1000)
    if (current !== second) lines = 0
    second = current
    const told = letters.slice(0, mostASecond - lines)
    lines += told.length
    for (const letter of told) {
      const { id, eventId, eventType, requestId, tenantId, code, partition, offset } = letter
      const ids = { eventId, eventType, requestId, tenantId, deadLetterId: id }
      log.warn({ ...ids, code, partition, offset }, 'dead letter')
    }
    const untold = letters.length - told.length
    if (untold > 0) log.warn({ deadLetters: untold }, 'more dead letters than lines')
  }
}
