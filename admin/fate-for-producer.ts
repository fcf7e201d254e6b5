/** What became of a request, in the words of ingest's API, for the producer that sent it. Pure. */
import type { DeadLetter, Fate, RequestKey } from '../views/record-facts.ts'
import { isConflict } from './fate.ts'

type Status = 'stored' | 'dead_letter' | 'unknown'

/**
 * `stored`: it is in Postgres, once. `dead_letter`: it is one, and `reason` says why. `unknown`: it repeated one of several
 * events that came with this key, and nobody kept which. `repeated`: the request repeated an event that had come before,
 * which is told of. `letters` are those under the key, the one of this event among them.
 */
export function fateForProducer(
  requestId: string | null,
  { role, fingerprint }: Pick<RequestKey, 'role' | 'fingerprint'>,
  fate: Fate,
  letters: readonly DeadLetter[],
) {
  const { ledger } = fate
  const wanted = fingerprint ?? onlyOne(fate)
  const letter = letters.find((one) => one.fingerprint === wanted) ?? null
  const isLedgers = wanted !== null && wanted === ledger?.fingerprint
  const status = statusOf(wanted, letter, isLedgers ? ledger.outcome : null)
  const isUnderKey = isLedgers || (letter === null ? ledger === null : !isConflict(letter))
  const event = status === 'stored' && isUnderKey ? fate.event : null
  const about = event ?? letter
  return {
    request_id: requestId,
    status,
    repeated: role === 'repeated',
    tenant_id: fate.tenantId,
    idempotency_key: fate.idempotencyKey,
    event_id: about?.eventId ?? null,
    event_type: about?.eventType ?? null,
    received_at: (about ?? (isLedgers ? ledger : null))?.receivedAt ?? null,
    stored_at: event?.processedAt ?? null,
    failed_at: status === 'dead_letter' ? (letter?.failedAt ?? null) : null,
    reason: reasonOf(status, letter),
  }
}

/** The event of a key with which no other came. */
const onlyOne = ({ ledger, deadLetter, conflicts }: Fate): string | null =>
  conflicts.length > 0 ? null : (ledger?.fingerprint ?? deadLetter?.fingerprint ?? null)

/** An event of which there is no letter was stored, however long ago: an outcome is one or the other. */
function statusOf(
  fingerprint: string | null,
  letter: DeadLetter | null,
  ledgerSays: 'stored' | 'dead' | null,
): Status {
  if (fingerprint === null) return 'unknown'
  if (ledgerSays === 'stored' || letter?.state === 'stored') return 'stored'
  return letter === null && ledgerSays === null ? 'stored' : 'dead_letter'
}

function reasonOf(status: Status, letter: DeadLetter | null): string | null {
  if (status === 'unknown')
    return 'Other events came with this key, and nobody kept which it repeated'
  return status === 'dead_letter' && letter ? `${letter.code}: ${letter.sentence}` : null
}
