/** One stored event in full. */

import { Badge, Foreign } from './facts-shown.tsx'
import { Fields } from './fields.tsx'
import { keyPath } from './key-path.ts'
import { JsonText, MOST_CHARACTERS } from './payload.tsx'
import type { StoredEvent } from './record-facts.ts'
import { Exact } from './time-shown.tsx'

type Props = {
  readonly event: StoredEvent
  readonly linked?: boolean
  /** Characters of each of its documents. */
  readonly most?: number
}

export function EventCard({ event, linked = true, most = MOST_CHARACTERS }: Props) {
  const query = new URLSearchParams({ tenant: event.tenantId, eventId: event.eventId })
  const jsonUrl = `/admin/event/search?${query}`
  const type = <Foreign text={event.eventType} most={80} />
  return (
    <article class="card">
      <div class="heading">
        <h3>
          {linked ? <a href={keyPath(event.tenantId, event.idempotencyKey)}>{type}</a> : type}
        </h3>
        <Badge tone="good">stored</Badge>
      </div>
      <Fields
        fields={[
          ['Tenant', <Foreign text={event.tenantId} />],
          ['Event id', <Foreign text={event.eventId} />],
          ['Idempotency key', <Foreign text={event.idempotencyKey} />],
          ['Request id', <Foreign text={event.requestId} />],
          ['Schema version', String(event.schemaVersion)],
          ['Occurred', <Exact at={event.occurredAt} />],
          ['Received', <Exact at={event.receivedAt} />],
          ['Processed', <Exact at={event.processedAt} />],
          ['Status', <Foreign text={event.status} />],
          [
            'Ordering key',
            event.orderingKey === null ? null : <Foreign text={event.orderingKey} />,
          ],
          ['Partition, offset', `${event.partition}, ${event.offset}`],
          ['Topic id', event.topicId],
          ['Row id', event.id],
        ]}
      />
      <h4>Payload</h4>
      <JsonText text={event.payload} jsonUrl={jsonUrl} most={most} />
      {event.extra !== null && (
        <>
          <h4>Other fields of the event</h4>
          <JsonText text={event.extra} jsonUrl={jsonUrl} most={most} />
        </>
      )}
    </article>
  )
}
