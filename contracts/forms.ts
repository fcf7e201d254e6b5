/**
 * The forms in which producers write events. A CloudEvent and a flat event become an envelope at the door, with one
 * member more that tells what it was: `cloudevent` holds a CloudEvent's attributes, `flat_event` is true. What is found
 * in such an envelope is told in the names that its producer used.
 */
import type { Envelope } from './envelope.ts'

export type Form = 'envelope' | 'cloudevent' | 'flat'

export function formOf(event: object): Form {
  const { cloudevent, flat_event } = event as { cloudevent?: unknown; flat_event?: unknown }
  if (flat_event === true) return 'flat'
  const isCloudEvent =
    typeof cloudevent === 'object' && cloudevent !== null && !Array.isArray(cloudevent)
  return isCloudEvent ? 'cloudevent' : 'envelope'
}

/** What the envelope's fields are called in a form. A payload with no name there has its members at the top. */
export const namesIn: Readonly<Record<Form, Readonly<Record<keyof Envelope, string>>>> = {
  envelope: {
    event_id: 'event_id',
    event_type: 'event_type',
    schema_version: 'schema_version',
    occurred_at: 'occurred_at',
    payload: 'payload',
  },
  cloudevent: {
    event_id: 'id',
    event_type: 'type',
    schema_version: 'schema_version',
    occurred_at: 'time',
    payload: 'data',
  },
  flat: {
    event_id: 'eventId',
    event_type: 'eventType',
    schema_version: 'schema_version',
    occurred_at: 'timestamp',
    payload: '',
  },
}

/** A JSON pointer into the envelope as one into what its producer sent. */
export function pathAsSent(form: Form, path: string): string {
  if (form === 'envelope') return path
  const [, member = '', ...below] = path.split('/')
  const names: Readonly<Record<string, string>> = { ...namesIn[form], cloudevent: '' }
  const name = names[member] ?? member
  return [name, ...below].map((part, i) => (i === 0 && part === '' ? '' : `/${part}`)).join('')
}
