/** Search: one form, and what became of the event. */

import { EventCard } from './event.tsx'
import type { Fate, Matches, Outage } from './facts.ts'
import { DeadLetterCard, FateResult } from './fate.tsx'
import { type AssetUrls, Layout } from './layout.tsx'
import { Notice, UnknownNotice } from './notice.tsx'

export type SearchFound =
  | { readonly kind: 'nothing-asked' }
  | { readonly kind: 'invalid'; readonly code: string; readonly message: string }
  | { readonly kind: 'unknown'; readonly outage: Outage }
  | { readonly kind: 'matches'; readonly matches: Matches }
  | { readonly kind: 'fate'; readonly fate: Fate }

export type SearchGiven = {
  readonly tenant?: string | undefined
  readonly eventId?: string | undefined
  readonly idempotencyKey?: string | undefined
}

export function SearchPage(props: { given: SearchGiven; found: SearchFound; assets: AssetUrls }) {
  const { given, found, assets } = props
  return (
    <Layout title="Search" current="search" assets={assets}>
      <main id="main">
        <div class="heading">
          <h1>Search</h1>
          <span class="quiet">one event, by its id or its idempotency key</span>
        </div>
        <SearchForm given={given} />
        <Result found={found} />
      </main>
    </Layout>
  )
}

function SearchForm({ given }: { given: SearchGiven }) {
  return (
    <form class="search" method="get" action="/search">
      <Input name="tenant" label="Tenant" value={given.tenant} most={64} />
      <Input name="eventId" label="Event id" value={given.eventId} most={255} />
      <span class="or">or</span>
      <Input
        name="idempotencyKey"
        label="Idempotency key"
        value={given.idempotencyKey}
        most={255}
      />
      <button type="submit">Search</button>
    </form>
  )
}

function Input(props: { name: string; label: string; value: string | undefined; most: number }) {
  const { name, label, value, most } = props
  return (
    <label>
      <span>{label}</span>
      <input
        name={name}
        value={value?.slice(0, most) ?? ''}
        maxlength={most}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
      />
    </label>
  )
}

function Result({ found }: { found: SearchFound }) {
  switch (found.kind) {
    case 'nothing-asked':
      return (
        <p class="quiet">
          Give a tenant, and either the event id or the idempotency key that its producer sent.
        </p>
      )
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
      return <MatchesResult matches={found.matches} />
  }
}

function MatchesResult({ matches: { events, deadLetters, more } }: { matches: Matches }) {
  if (events.length + deadLetters.length === 0)
    return (
      <Notice tone="plain" title="No event with this id">
        <p>
          It is not stored, and no dead letter carries it. If its producer got a 202 just now, it
          may still be in flight: see <a href="/">Overview</a>. A record whose id could not be read
          is found by its idempotency key.
        </p>
      </Notice>
    )
  return (
    <>
      {events.map((event) => (
        <EventCard event={event} />
      ))}
      {deadLetters.map((letter) => (
        <DeadLetterCard letter={letter} />
      ))}
      {more && <p class="quiet">There are more; these are the newest.</p>}
    </>
  )
}
