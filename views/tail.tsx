/** Live tail: events as they are stored, newest on top. Without JavaScript, those of the moment. */
import { EventRow, EventsTable } from './events-list.tsx'
import { Filters, Input } from './form.tsx'
import { type Frame, Layout } from './layout.tsx'
import { Notice, UnknownNotice } from './notice.tsx'
import { addressOf, LookedBack } from './pager.tsx'
import type { Listed, StoredEvent } from './record-facts.ts'

export type TailFound =
  | Pick<Listed<StoredEvent>, 'rows' | 'lookedTo'>
  | { readonly unknown: string }
  | { readonly invalid: string }

export function TailPage(props: {
  given: Readonly<Record<string, string | undefined>>
  found: TailFound
  now: Date
  frame: Frame
}) {
  const { given, found, now, frame } = props
  const stream = 'invalid' in found ? undefined : addressOf('/live/tail', given)
  return (
    <Layout title="Live tail" current="tail" frame={frame}>
      <main id="main" data-stream={stream}>
        <div class="heading">
          <h1>Live tail</h1>
          <span class="quiet">events as they are stored, newest on top, at most 50 a second</span>
          <span id="stale" class="stale" role="status" />
          <button class="end" type="button" data-pause hidden aria-pressed="false">
            Pause
          </button>
        </div>
        <Filters action="/tail" submit="Watch">
          <Input name="tenant" label="Tenant" value={given.tenant} most={64} />
          <Input name="type" label="Event type" value={given.type} most={255} />
          <Input
            name="payload"
            label="Payload contains, JSON"
            value={given.payload}
            most={4096}
            hint={'{"user_id":"u1"}'}
          />
        </Filters>
        <p class="quiet">
          What was received longer than 15 seconds ago when it is stored is not here: a backlog is
          on <a href="/pipeline">Pipeline</a>.
        </p>
        <Found found={found} now={now} />
      </main>
    </Layout>
  )
}

function Found({ found, now }: { found: TailFound; now: Date }) {
  if ('unknown' in found) return <UnknownNotice what="Events" why={found.unknown} />
  if ('invalid' in found) return <Notice tone="bad" title={found.invalid} />
  const { rows, lookedTo } = found
  return (
    <>
      {(lookedTo !== null || rows.length === 0) && (
        <p class="quiet" id="waiting">
          {lookedTo === null ? 'Nothing was stored lately.' : <LookedBack to={lookedTo} />} What
          comes now appears here.
        </p>
      )}
      <EventsTable events={rows} now={now} />
    </>
  )
}

/** What a stream sends: rows to be put on top. */
export const TailRows = ({ events, now }: { events: readonly StoredEvent[]; now: Date }) => (
  <>
    {events.map((event) => (
      <EventRow event={event} now={now} />
    ))}
  </>
)
