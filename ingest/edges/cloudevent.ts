/**
 * CloudEvents 1.0, in whichever content mode they came: `id`, `type` and `time` are the envelope's `event_id`,
 * `event_type` and `occurred_at`, data is its payload, and all other attributes stand in `cloudevent`, as canonical
 * strings and in the order of their names. So one event is the same envelope in every mode. Pure.
 */
import { producerKey } from '../../contracts/producer-key.ts'
import { type Refused, refused } from '../refused.ts'
import { isTraceparent } from '../request-headers.ts'
import { asKey, keyOfPair, type Normalised, objectJson } from './normalised.ts'

/** A CloudEvent apart from its mode. */
export type CloudEvent = {
  /** By name, what is not null. */
  readonly attributes: ReadonlyMap<string, Attribute>
  /** JSON of an object. */
  readonly payload: string
  /** JSON of the member `idempotency_key`, where there is one. */
  readonly idempotencyKey: string | undefined
}

/** Its value as a canonical string, or JSON of what is no attribute's value. */
export type Attribute = string | { readonly json: string }

/** Attributes that have places of their own in the envelope. */
const ofEnvelope: ReadonlySet<string> = new Set(['id', 'type', 'time'])

export function fromCloudEvent({ attributes, payload, idempotencyKey }: CloudEvent): Normalised {
  const json = (name: string) => jsonOf(attributes.get(name))
  const others = [...attributes.keys()].filter((name) => !ofEnvelope.has(name)).sort()
  const partitionKey = attributes.get('partitionkey')
  const traceparent = attributes.get('traceparent')
  return {
    json: objectJson([
      ['event_id', json('id')],
      ['event_type', json('type')],
      ['schema_version', '1'],
      ['occurred_at', json('time')],
      ['payload', payload],
      ['cloudevent', objectJson(others.map((name) => [name, json(name)] as const))],
      ['idempotency_key', idempotencyKey],
    ]),
    key: idempotencyKey === undefined ? keyOf(attributes) : ownKey(idempotencyKey),
    orderingKey: typeof partitionKey === 'string' && partitionKey !== '' ? asKey(partitionKey) : '',
    traceparent:
      typeof traceparent === 'string' && isTraceparent(traceparent) ? traceparent : undefined,
  }
}

const jsonOf = (value: Attribute | undefined): string | undefined =>
  typeof value === 'string' ? JSON.stringify(value) : value?.json

function ownKey(json: string): string | Refused {
  const key: unknown = JSON.parse(json)
  return typeof key === 'string' && producerKey.test(key) ? key : refused('IDEMPOTENCY_KEY_INVALID')
}

function keyOf(attributes: CloudEvent['attributes']): string | Refused {
  const [source, id] = [attributes.get('source'), attributes.get('id')]
  const missing = source === undefined || id === undefined
  if (missing) return refused('IDEMPOTENCY_KEY_REQUIRED', pairWanted)
  const areTexts = typeof source === 'string' && typeof id === 'string'
  if (!areTexts || source === '' || id === '') return refused('IDEMPOTENCY_KEY_INVALID', pairWanted)
  return keyOfPair(source, id)
}

const pairWanted =
  'The CloudEvent needs a source and an id, strings that are not empty: together they are its idempotency key, the same on every retry'
