/** What became of an idempotency key. */
import { DeadLetterDetails } from './dead-letter.tsx'
import { EventCard } from './event.tsx'
import { Badge, Foreign } from './facts-shown.tsx'
import { Fields } from './fields.tsx'
import { Notice } from './notice.tsx'
import type { DeadLetter, Fate, LedgerEntry } from './record-facts.ts'
import { Exact } from './time-shown.tsx'

export function FateResult({ fate, linked = true }: { fate: Fate; linked?: boolean }) {
  const { ledger, event, deadLetter, conflicts, contradictions } = fate
  if (!ledger && !event && !deadLetter && conflicts.length === 0) return <NoSuchKey />
  return (
    <>
      {contradictions.length > 0 && (
        <Notice tone="bad" title="A promise is broken here">
          <ul>
            {contradictions.map((sentence) => (
              <li>{sentence}</li>
            ))}
          </ul>
        </Notice>
      )}
      {ledger && <LedgerCard ledger={ledger} />}
      {event && <EventCard event={event} linked={linked} />}
      {ledger?.outcome === 'stored' && !event && (
        <p class="quiet">
          The event itself is not there any more: retention drops it after its days.
        </p>
      )}
      {deadLetter && <DeadLetterCard letter={deadLetter} />}
      {conflicts.length > 0 && <h2>Other events that came with this key</h2>}
      {conflicts.map((letter) => (
        <DeadLetterCard letter={letter} />
      ))}
    </>
  )
}

const NoSuchKey = () => (
  <Notice tone="plain" title="No record with this key">
    <p>
      Nothing was decided about it yet. If its producer got a 202 just now, it may still be in
      flight: see <a href="/">Overview</a>. Otherwise check the tenant and the key; both are
      compared letter by letter.
    </p>
  </Notice>
)

function LedgerCard({ ledger }: { ledger: LedgerEntry }) {
  return (
    <article class="card">
      <div class="heading">
        <h2>Outcome</h2>
        <Badge tone={ledger.outcome === 'stored' ? 'good' : 'bad'}>{ledger.outcome}</Badge>
      </div>
      <Fields
        fields={[
          ['Decided by', `partition ${ledger.partition}, offset ${ledger.offset}`],
          ['Received', <Exact at={ledger.receivedAt} />],
          ['Request id', ledger.requestId === null ? null : <Foreign text={ledger.requestId} />],
          ['Fingerprint', ledger.fingerprint],
        ]}
      />
    </article>
  )
}

export function DeadLetterCard({ letter }: { letter: DeadLetter }) {
  return (
    <article class="card">
      <div class="heading">
        <h3>
          <a href={`/dlq/${letter.id}`}>
            <Foreign text={letter.code} />
          </a>
        </h3>
        <Badge tone={letter.state === 'stored' ? 'good' : 'bad'}>
          {letter.state === 'stored' ? 'dead letter, stored since' : 'dead letter'}
        </Badge>
      </div>
      <DeadLetterDetails letter={letter} />
    </article>
  )
}
