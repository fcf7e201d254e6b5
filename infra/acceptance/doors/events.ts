/** The table of events that goes through every door: what each says of them, and what becomes of them. */
import { anEvent, without } from '../../harness/builders.ts'
import type { Form } from './door.ts'

export type Entry = {
  readonly name: string
  readonly form: Form
  /** `key` is for this door and run alone. */
  readonly text: (key: string) => string
  /** What a tenant in quarantine mode is told, in the words of `Told`. */
  readonly told: string
  /** What a strict tenant is told, where that is something else. */
  readonly toldStrictly?: string
  /** What becomes of it in quarantine mode. */
  readonly outcome: 'stored' | 'dead' | 'none'
  /** The key that it is stored under, where that is not `key`. */
  readonly keyedBy?: (key: string) => string
  /** Of what is stored: members that its row must have, as JSON values. */
  readonly row?: Readonly<Record<string, unknown>>
}

const event = (name: string, entry: Omit<Entry, 'name' | 'form'>): Entry => ({
  name,
  form: 'event',
  ...entry,
})

const json = (given: object) => JSON.stringify(given)
const refusedAs = (told: string) => ({ told, outcome: 'none' }) as const

export const events: readonly Entry[] = [
  event('an event', {
    text: (key) => json(anEvent({ idempotency_key: key })),
    told: 'accepted',
    outcome: 'stored',
    row: { event_id: 'evt_1', event_type: 'user_login', payload: { user_id: 'u1' } },
  }),
  event('an event without a type', {
    text: (key) => json(without(anEvent({ idempotency_key: key }), 'event_type')),
    told: 'accepted FIELD_MISSING /event_type',
    toldStrictly: 'INVALID_EVENT FIELD_MISSING /event_type',
    outcome: 'dead',
  }),
  event('an event that could not be stored', {
    text: (key) => json(anEvent({ idempotency_key: key, payload: { text: 'a\0b' } })),
    told: 'accepted TEXT_UNSTORABLE /payload/text',
    toldStrictly: 'INVALID_EVENT TEXT_UNSTORABLE /payload/text',
    outcome: 'dead',
  }),
  event('an event without a key', {
    text: () => json(without(anEvent(), 'event_id')),
    ...refusedAs('IDEMPOTENCY_KEY_REQUIRED'),
  }),
  event('an event whose key is no text', {
    text: () => json(anEvent({ idempotency_key: 7 })),
    ...refusedAs('IDEMPOTENCY_KEY_INVALID'),
  }),
  event('a list', { text: () => '[1]', ...refusedAs('NOT_AN_OBJECT') }),
  event('no JSON', { text: () => '{"event_id":nope}', ...refusedAs('INVALID_JSON') }),
  event('an event that is too deep', {
    text: (key) => `{"idempotency_key":"${key}","a":${'['.repeat(64)}${']'.repeat(64)}}`,
    ...refusedAs('TOO_DEEP'),
  }),
  event('an event that is too large', {
    text: (key) => json(anEvent({ idempotency_key: key, payload: { text: 'x'.repeat(262_144) } })),
    ...refusedAs('PAYLOAD_TOO_LARGE'),
  }),
]
