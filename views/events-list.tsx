/** Stored events in a list: one row each, with the beginning of the payload. */

import { Ago, Foreign } from './facts-shown.tsx'
import { keyPath } from './key-path.ts'
import type { StoredEvent } from './record-facts.ts'

export function EventsTable({ events, now }: { events: readonly StoredEvent[]; now: Date }) {
  return (
    <section class="scroll" id="events-table" aria-label="Events" tabindex={0}>
      <table class="list">
        <thead>
          <tr>
            <th scope="col" class="short">
              Received
            </th>
            <th scope="col" class="short">
              Tenant
            </th>
            <th scope="col" class="middle">
              Type
            </th>
            <th scope="col" class="long">
              Event id
            </th>
            <th scope="col">Payload</th>
          </tr>
        </thead>
        <tbody id="rows">
          {events.map((event) => (
            <EventRow event={event} now={now} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

const PREVIEW = 200

export function EventRow({ event, now }: { event: StoredEvent; now: Date }) {
  const { receivedAt, tenantId, eventType, eventId, idempotencyKey, payload } = event
  return (
    <tr data-row>
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
