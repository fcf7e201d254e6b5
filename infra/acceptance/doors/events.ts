/** The table of events that goes through every door: what each says of them, and what becomes of them. */
import { aFlatEvent } from '../../../contracts/commerce/builders.ts'
import { anEvent, without } from '../../harness/builders.ts'
import type { Form } from './door.ts'

export type Entry = {
  readonly name: string
  readonly form: Form
  /** `key` is for this door and run alone. */
  readonly text: (key: string) => string
  /** Another event under its key, where there is one to try. */
  readonly other?: (key: string) => string
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

/** Its source and its id are its key. */
const cloudEvent = (name: string, entry: Omit<Entry, 'name' | 'form' | 'keyedBy'>): Entry => ({
  name,
  form: 'cloudevent',
  keyedBy: (key) => `/doors ${key}`,
  ...entry,
})

const aCloudEvent = (id: string, given: object = {}) => ({
  specversion: '1.0',
  id,
  source: '/doors',
  type: 'com.example.order.placed',
  time: '2026-01-02T20:00:00Z',
  data: { total: 1 },
  ...given,
})

const json = (given: object) => JSON.stringify(given)
const refusedAs = (told: string) => ({ told, outcome: 'none' }) as const

export const events: readonly Entry[] = [
  event('an event', {
    text: (key) => json(anEvent({ idempotency_key: key })),
    other: (key) => json(anEvent({ idempotency_key: key, payload: { user_id: 'u2' } })),
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

  event('a flat event', {
    text: (key) => json(aFlatEvent('OrderPlaced', { eventId: key, orderId: 'order-7' })),
    other: (key) => json(aFlatEvent('OrderPlaced', { eventId: key, orderId: 'order-8' })),
    told: 'accepted',
    outcome: 'stored',
    row: {
      event_type: 'OrderPlaced',
      ordering_key: 'order-7',
      occurred_at: '2025-10-20T10:00:00+00:00',
      payload: { orderId: 'order-7', items: [{ sku: 'LAPTOP-001' }] },
      extra: { flat_event: true },
    },
  }),
  event('a flat event with a wrong field', {
    text: (key) => json(aFlatEvent('UserCreated', { eventId: key, email: 'nobody' })),
    told: 'accepted FIELD_INVALID /email',
    toldStrictly: 'INVALID_EVENT FIELD_INVALID /email',
    outcome: 'dead',
  }),
  event('a flat event of an unknown type', {
    text: (key) => json({ ...aFlatEvent('OrderPlaced', { eventId: key }), eventType: 'Shipped' }),
    told: 'accepted FIELD_INVALID /eventType',
    toldStrictly: 'INVALID_EVENT FIELD_INVALID /eventType',
    outcome: 'dead',
  }),
  event('a flat event without a key', {
    text: () => json(without(aFlatEvent('OrderPlaced'), 'eventId')),
    ...refusedAs('IDEMPOTENCY_KEY_REQUIRED'),
  }),
  cloudEvent('a CloudEvent', {
    text: (key) => json(aCloudEvent(key, { subject: 'é', partitionkey: 'order-7', n: 5 })),
    other: (key) => json(aCloudEvent(key, { subject: 'é', partitionkey: 'order-7', n: 6 })),
    told: 'accepted',
    outcome: 'stored',
    row: {
      event_type: 'com.example.order.placed',
      ordering_key: 'order-7',
      payload: { total: 1 },
      extra: {
        cloudevent: {
          ...{ specversion: '1.0', source: '/doors', subject: 'é', partitionkey: 'order-7' },
          ...{ n: '5', datacontenttype: 'application/json' },
        },
      },
    },
  }),
  cloudEvent('a CloudEvent that does not say when', {
    text: (key) => json(without(aCloudEvent(key), 'time')),
    told: 'accepted',
    outcome: 'stored',
  }),
  cloudEvent('a CloudEvent whose data is a list', {
    text: (key) => json(aCloudEvent(key, { data: [1, 2] })),
    told: 'accepted',
    outcome: 'stored',
    row: { payload: { data: [1, 2] } },
  }),
  cloudEvent('a CloudEvent without a type', {
    text: (key) => json(without(aCloudEvent(key), 'type')),
    told: 'accepted FIELD_MISSING /type',
    toldStrictly: 'INVALID_EVENT FIELD_MISSING /type',
    outcome: 'dead',
  }),
  cloudEvent('a CloudEvent of another version', {
    text: (key) => json(aCloudEvent(key, { specversion: '0.3' })),
    told: 'accepted FIELD_INVALID /specversion',
    toldStrictly: 'INVALID_EVENT FIELD_INVALID /specversion',
    outcome: 'dead',
  }),
  cloudEvent('a CloudEvent without a source', {
    text: (key) => json(without(aCloudEvent(key), 'source')),
    ...refusedAs('IDEMPOTENCY_KEY_REQUIRED'),
  }),
]
