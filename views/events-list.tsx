/** Stored events in a list: one row each, with the beginning of the payload. */

import { Foreign } from './facts-shown.tsx'
import { keyPath } from './key-path.ts'
import { type Column, ListTable } from './list-table.tsx'
import type { StoredEvent } from './record-facts.ts'
import { Ago } from './time-shown.tsx'

const columns: readonly Column[] = [
  ['Received', 'short'],
  ['Tenant', 'short'],
  ['Type', 'middle'],
  ['Event id', 'long'],
  'Payload',
]

export function EventsTable({ events, now }: { events: readonly StoredEvent[]; now: Date }) {
  return (
    <ListTable
      id="events-table"
      called={{ label: 'Events' }}
      look="list"
      columns={columns}
      rowsId="rows"
    >
      {events.map((event) => (
        <EventRow event={event} now={now} />
      ))}
    </ListTable>
  )
}

const PREVIEW = 200

export function EventRow({ event, now }: { event: StoredEvent; now: Date }) {
  const { id, receivedAt, tenantId, eventType, eventId, idempotencyKey, payload } = event
  return (
    <tr data-row id={`event-${id}`}>
      <td class="when inline">
        <Ago at={receivedAt} now={now} />
      </td>
      <td class="inline">
        <Foreign text={tenantId} />
      </td>
      <td class="inline">
        <Foreign text={eventType} most={60} />
      </td>
      <td>
        <a data-open href={keyPath(tenantId, idempotencyKey)}>
          <Foreign text={eventId} most={80} />
        </a>
      </td>
      <td>
        <span class="preview">
          <Foreign text={payload.slice(0, PREVIEW).toWellFormed()} most={PREVIEW} />
          {payload.length > PREVIEW && '…'}
        </span>
      </td>
    </tr>
  )
}
