/** Search: one form, and what became of the events. */
import { EventCard } from './event.tsx'
import { EventsTable } from './events-list.tsx'
import type { Outage } from './facts.ts'
import { Foreign } from './facts-shown.tsx'
import { DeadLetterCard, FateResult } from './fate.tsx'
import { Filters, Input } from './form.tsx'
import { keyPath } from './key-path.ts'
import { type Frame, Layout } from './layout.tsx'
import { Notice, UnknownNotice } from './notice.tsx'
import { addressOf, Pager } from './pager.tsx'
import { MOST_CHARACTERS } from './payload.tsx'
import type { Fate, Key, Listed, Matches, StoredEvent } from './record-facts.ts'

export type SearchFound =
  | { readonly kind: 'invalid'; readonly code: string; readonly message: string }
  | { readonly kind: 'unknown'; readonly outage: Outage }
  | {
      readonly kind: 'matches'
      readonly matches: Matches
      /** That have the name that was looked for, besides those of the matches. */
      readonly keys: readonly Key[]
      /** So many were looked at, and there are more. */
      readonly onlyTenants: number | undefined
    }
  | { readonly kind: 'fate'; readonly fate: Fate }
  | { readonly kind: 'list'; readonly list: Listed<StoredEvent>; readonly now: Date }

export type SearchGiven = Readonly<Record<string, string | undefined>>

export function SearchPage(props: { given: SearchGiven; found: SearchFound; frame: Frame }) {
  const { given, found, frame } = props
  return (
    <Layout title="Search" current="search" frame={frame}>
      <main id="main">
        <div class="heading">
          <h1>Search</h1>
          <span class="quiet">
            an event by its id or key, or all that are alike; the address can be shared
          </span>
        </div>
        <SearchForm given={given} />
        <Result found={found} given={given} />
      </main>
    </Layout>
  )
}

function SearchForm({ given }: { given: SearchGiven }) {
  const instant = '15m, 7d or 2026-01-02T20:00Z'
  return (
    <Filters action="/search" submit="Search">
      <Input name="tenant" label="Tenant" value={given.tenant} most={64} />
      <Input name="eventId" label="Event id, of a tenant" value={given.eventId} most={255} />
      <Input
        name="idempotencyKey"
        label="or idempotency key, of a tenant"
        value={given.idempotencyKey}
        most={255}
      />
      <Input name="type" label="Event type" value={given.type} most={255} />
      <Input name="from" label="Received from, UTC" value={given.from} most={40} hint={instant} />
      <Input name="to" label="to" value={given.to} most={40} hint="now" />
      <Input
        name="payload"
        label="Payload contains, JSON"
        value={given.payload}
        most={4096}
        hint={'{"user_id":"u1"}'}
        wide
      />
    </Filters>
  )
}

function Result({ found, given }: { found: SearchFound; given: SearchGiven }) {
  switch (found.kind) {
    case 'invalid':
      return (
        <Notice tone="bad" title={found.message}>
          <p>Correct the form and search again.</p>
        </Notice>
      )
    case 'unknown':
      return <UnknownNotice what="Result" why={found.outage.why} />
    case 'fate':
      return <FateResult fate={found.fate} />
    case 'matches':
      return <MatchesResult {...found} />
    case 'list':
      return <ListResult list={found.list} given={given} now={found.now} />
  }
}

function ListResult(props: { list: Listed<StoredEvent>; given: SearchGiven; now: Date }) {
  const { list, given, now } = props
  const { tenant, type, payload } = given
  const isNarrow = ['tenant', 'type', 'from', 'to', 'payload'].some((name) => given[name])
  // A page behind the first has none of its own, and those before it are still what fits.
  if (list.rows.length === 0 && list.next === null && !given.before)
    return isNarrow ? <NothingFits given={given} /> : <NoEvents />
  return (
    <>
      <div class="heading">
        <h2>{isNarrow ? 'Stored events that fit' : 'The newest events'}, by time of receipt</h2>
        <a href={addressOf('/tail', { tenant, type, payload })}>Watch them arrive</a>
      </div>
      <EventsTable events={list.rows} now={now} />
      <Pager path="/search" given={given} list={list} />
    </>
  )
}

const NothingFits = ({ given: { tenant, type } }: { given: SearchGiven }) => (
  <Notice tone="plain" title="No stored event fits">
    <p>
      Make the time longer, or leave something out. What could not be stored is among the{' '}
      <a href={addressOf('/dlq', { tenant, type })}>dead letters</a>.
    </p>
  </Notice>
)

const NoEvents = () => (
  <Notice tone="plain" title="No event is stored yet">
    <p>
      Post one to ingest: <code>POST /events</code>. The README has a call to copy.
    </p>
  </Notice>
)

type Found = Extract<SearchFound, { kind: 'matches' }>

function MatchesResult({ matches, keys, onlyTenants }: Found) {
  const { events, deadLetters, more } = matches
  const isNothing = events.length + deadLetters.length + keys.length === 0
  return (
    <>
      {isNothing && <NothingOfThisId />}
      {events.map((event) => (
        <EventCard event={event} most={Math.floor(MOST_CHARACTERS / events.length)} />
      ))}
      {deadLetters.map((letter) => (
        <DeadLetterCard letter={letter} />
      ))}
      {more && <p class="quiet">There are more; these are the newest.</p>}
      {keys.length > 0 && <KeysOfThisName keys={keys} />}
      {onlyTenants !== undefined && (
        <p class="quiet">
          Only the first {onlyTenants} tenants were looked at, by name: fill in the tenant.
        </p>
      )}
    </>
  )
}

const NothingOfThisId = () => (
  <Notice tone="plain" title="No event with this id">
    <p>
      It is not stored, and no dead letter carries it. If its producer got a 202 just now, it may
      still be in flight: see <a href="/">Overview</a>. A record that could not be read is among the{' '}
      <a href="/dlq">dead letters</a>.
    </p>
  </Notice>
)

const KeysOfThisName = ({ keys }: { keys: readonly Key[] }) => (
  <section class="panel" aria-labelledby="keys-of-name">
    <div class="heading">
      <h2 id="keys-of-name">Idempotency keys of this name</h2>
      <span class="quiet">a key is one tenant's own</span>
    </div>
    <ul>
      {keys.map(({ tenantId, idempotencyKey }) => (
        <li>
          <a href={keyPath(tenantId, idempotencyKey)}>
            <Foreign text={idempotencyKey} most={80} /> of <Foreign text={tenantId} />
          </a>
        </li>
      ))}
    </ul>
  </section>
)
