/**
 * Decides what became of a key from what lies under it: its outcome, the row or dead letter that is the outcome, and
 * where the records contradict the promise of "stored exactly once, or exactly one dead letter". Pure.
 */
import type { DeadLetter, Fate } from '../views/record-facts.ts'
import type { KeyRecords } from './store.ts'

export function fateOf(tenantId: string, idempotencyKey: string, found: KeyRecords): Fate {
  const { ledger, events } = found
  const conflicts = found.deadLetters.filter(isConflict)
  const own = found.deadLetters.filter((letter) => !isConflict(letter))
  return {
    tenantId,
    idempotencyKey,
    outcome: ledger?.outcome ?? null,
    ledger,
    event: events[0] ?? null,
    deadLetter: own[0] ?? null,
    conflicts,
    contradictions: contradictionsOf(found, own),
  }
}

const isConflict = (letter: DeadLetter) => letter.class === 'conflict'

function contradictionsOf(
  { ledger, events }: KeyRecords,
  own: readonly DeadLetter[],
): readonly string[] {
  const found: string[] = []
  if (events.length > 1) found.push(`${events.length} events are stored under this one key.`)
  if (own.length > 1) found.push(`${own.length} dead letters are the outcome of this one key.`)
  if (events.length > 0 && ledger?.outcome === 'dead')
    found.push('The ledger says that this key is dead, and an event is stored under it.')
  if (own.length > 0 && ledger?.outcome === 'stored' && own.some((l) => l.state === 'open'))
    found.push('The ledger says that this key is stored, and it has an open dead letter.')
  if (ledger === null && events.length + own.length > 0)
    found.push('The ledger does not know this key, and there are records under it.')
  return found
}
