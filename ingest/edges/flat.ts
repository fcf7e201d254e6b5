/**
 * Flat events: `eventId`, `eventType` and `timestamp`, with the fields of their type beside them. Those become the
 * envelope's payload, as they were written; the entity that the type is about becomes the ordering key. Pure.
 */
import { commerceEvents, isCommerceType } from '../../contracts/commerce/events.ts'
import { membersIn } from '../../contracts/json-bytes.ts'
import { producerKey } from '../../contracts/producer-key.ts'
import { type Refused, refused } from '../refused.ts'
import { asKey, type Normalised, objectJson } from './normalised.ts'

type Fields = Readonly<Record<string, unknown>>

/** Whether an object is written as a flat event, and not as an envelope. */
export const isFlat = (event: object): boolean => {
  const { event_id, event_type } = event as Fields
  if (event_id !== undefined || event_type !== undefined) return false
  return Object.hasOwn(event, 'eventType') || Object.hasOwn(event, 'eventId')
}

/** `compact`: the event's bytes without insignificant white space. */
export function fromFlat(event: object, compact: Uint8Array): Normalised {
  const fields = event as Fields
  const members = membersIn(compact)
  const payload = [...members].filter(([name]) => !isOfEnvelope(name))
  return {
    json: objectJson([
      ['event_id', members.get('eventId')],
      ['event_type', members.get('eventType')],
      ['schema_version', '1'],
      ['occurred_at', members.get('timestamp')],
      ['payload', objectJson(payload)],
      ['flat_event', 'true'],
      ['idempotency_key', members.get('idempotency_key')],
    ]),
    key: keyOf(fields),
    orderingKey: entityOf(fields),
    traceparent: undefined,
  }
}

const isOfEnvelope = (name: string): boolean =>
  name === 'eventId' || name === 'eventType' || name === 'timestamp' || name === 'idempotency_key'

function keyOf({ idempotency_key, eventId }: Fields): string | Refused {
  const key = idempotency_key ?? eventId
  if (key === undefined || key === null) return refused('IDEMPOTENCY_KEY_REQUIRED', keyWanted)
  if (typeof key === 'string' && producerKey.test(key)) return key
  return refused('IDEMPOTENCY_KEY_INVALID', keyWanted)
}

const keyWanted =
  'The event needs an eventId or an idempotency_key of 1 to 255 printable ASCII characters: the same on every retry'

function entityOf(fields: Fields): string {
  const { eventType } = fields
  const entity = isCommerceType(eventType) ? fields[commerceEvents[eventType].entity] : undefined
  return typeof entity === 'string' && entity !== '' ? asKey(entity) : ''
}
