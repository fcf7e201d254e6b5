/** One event: what became of it, its way, and all of it. */

import type { Outage } from './facts.ts'
import { Foreign } from './facts-shown.tsx'
import { FateResult } from './fate.tsx'
import { Journey, OutcomeBadge } from './journey.tsx'
import { type Frame, Layout } from './layout.tsx'
import { Notice, UnknownNotice } from './notice.tsx'
import type { Fate } from './record-facts.ts'

export type EventFound =
  | {
      readonly kind: 'fates'
      readonly fates: readonly Fate[]
      readonly role?: 'repeated' | 'conflict'
    }
  | { readonly kind: 'nothing'; readonly asked: string }
  | { readonly kind: 'unknown'; readonly outage: Outage }
  | { readonly kind: 'invalid'; readonly message: string }

/** `curl` is a call that answers the same. */
export function EventPage(props: { found: EventFound; curl: string; frame: Frame }) {
  const { found, curl, frame } = props
  return (
    <Layout title="Event" current="search" frame={frame}>
      <main id="main">
        <Found found={found} />
        {found.kind === 'fates' && <Curl text={curl} />}
      </main>
    </Layout>
  )
}

function Found({ found }: { found: EventFound }) {
  switch (found.kind) {
    case 'unknown':
      return (
        <>
          <h1>Event</h1>
          <UnknownNotice what="This event" why={found.outage.why} />
        </>
      )
    case 'invalid':
      return (
        <>
          <h1>Event</h1>
          <Notice tone="bad" title={found.message} />
        </>
      )
    case 'nothing':
      return <Nothing asked={found.asked} />
    case 'fates':
      return (
        <>
          {found.role === 'repeated' && (
            <Notice tone="plain" title="This request repeated an event that had come before">
              <p>It changed nothing. Here is the event that it repeated.</p>
            </Notice>
          )}
          {found.role === 'conflict' && (
            <Notice tone="warn" title="This request came with another event's key">
              <p>It is a dead letter of its own, below the event that has the key.</p>
            </Notice>
          )}
          {found.fates.map((fate) => (
            <OneEvent fate={fate} />
          ))}
        </>
      )
  }
}

function OneEvent({ fate }: { fate: Fate }) {
  const id = fate.event?.eventId ?? fate.deadLetter?.eventId
  return (
    <>
      <div class="heading">
        <h1>
          Event <Foreign text={id ?? fate.idempotencyKey} most={120} />
        </h1>
        <OutcomeBadge fate={fate} />
        <span class="quiet">
          of <Foreign text={fate.tenantId} />, key <Foreign text={fate.idempotencyKey} />
        </span>
      </div>
      <Journey fate={fate} />
      <FateResult fate={fate} linked={false} />
    </>
  )
}

const Nothing = ({ asked }: { asked: string }) => (
  <>
    <h1>Event</h1>
    <Notice tone="plain" title="Nothing is known of it">
      <p>
        <Foreign text={asked} /> is no request of which anything was decided. If it was answered 202
        just now, the event may still be in flight: reload in a moment, or see{' '}
        <a href="/pipeline">Pipeline</a>. A request that was refused leaves nothing behind.
      </p>
    </Notice>
  </>
)

const Curl = ({ text }: { text: string }) => (
  <section class="panel copied" aria-labelledby="curl-title">
    <div class="heading">
      <h2 id="curl-title">The same as JSON</h2>
      <button type="button" data-copy="curl" hidden>
        Copy
      </button>
    </div>
    <pre class="document" id="curl" tabindex={0}>
      {text}
    </pre>
  </section>
)
