/**
 * Decides what became of a key from what lies under it: its outcome, the row or dead letter that is the outcome, and
 * where the records contradict the promise of "stored exactly once, or exactly one dead letter". The promise holds for as
 * long as the ledger knows a key: what is older than the ledger contradicts nothing. Pure.
 */
import type {
  Coordinates,
  DeadLetter,
  Fate,
  LedgerEntry,
  StoredEvent,
} from '../views/record-facts.ts'
import type { KeyRecords } from './store.ts'

export function fateOf(tenantId: string, idempotencyKey: string, found: KeyRecords): Fate {
  const { ledger, events, deadLetters } = found
  const own = deadLetters.filter((letter) => !isConflict(letter))
  return {
    tenantId,
    idempotencyKey,
    outcome: ledger?.outcome ?? null,
    ledger,
    event: eventOf(ledger, events),
    projections: found.projections,
    deadLetter:
      own.find(({ fingerprint }) => fingerprint === ledger?.fingerprint) ?? own[0] ?? null,
    conflicts: deadLetters.filter(isConflict),
    contradictions: contradictionsOf(found, own),
  }
}

/** The event that the ledger speaks of, else the oldest that is there. */
export const eventOf = (
  ledger: LedgerEntry | null,
  events: readonly StoredEvent[],
): StoredEvent | null =>
  events.find((event) => ledger && isSameRecord(event, ledger)) ?? events[0] ?? null

export const isConflict = (letter: DeadLetter): boolean => letter.class === 'conflict'

const isSameRecord = (a: Coordinates, b: Coordinates): boolean =>
  a.topicId === b.topicId && a.partition === b.partition && a.offset === b.offset

function contradictionsOf(found: KeyRecords, ofKey: readonly DeadLetter[]): readonly string[] {
  const { ledger, ledgerStart } = found
  const isPromised = ({ receivedAt }: { receivedAt: Date }) =>
    ledgerStart !== null && receivedAt >= ledgerStart
  const events = found.events.filter(isPromised)
  const own = ofKey.filter(isPromised)
  const said: string[] = []
  if (events.length > 1) said.push(`${events.length} events are stored under this one key.`)
  if (own.length > 1) said.push(`${own.length} dead letters are the outcome of this one key.`)
  if (events.length > 0 && ledger?.outcome === 'dead')
    said.push('The ledger says that this key is dead, and an event is stored under it.')
  if (own.length > 0 && ledger?.outcome === 'stored' && own.some((l) => l.state === 'open'))
    said.push('The ledger says that this key is stored, and it has an open dead letter.')
  if (ledger === null && events.length + own.length > 0)
    said.push('The ledger does not know this key, and there are records under it.')
  return said
}
