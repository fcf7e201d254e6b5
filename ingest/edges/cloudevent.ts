/**
 * CloudEvents 1.0, in whichever content mode they came: `id`, `type` and `time` are the envelope's `event_id`,
 * `event_type` and `occurred_at`, data is its payload, and all other attributes stand in `cloudevent`, as canonical
 * strings and in the order of their names. So one event is the same envelope in every mode. Pure.
 */
import { producerKey } from '../../contracts/producer-key.ts'
import { type Refused, refused } from '../refused.ts'
import { isTraceparent } from '../request-headers.ts'
import { asKey, keyOfPair, type Normalised, objectBytes } from './normalised.ts'

/** A CloudEvent apart from its mode. */
export type CloudEvent = {
  /**
   * By name, what is not null: a string is the attribute's value; bytes are JSON of what is no attribute's value.
   * An integer and a boolean are canonical strings.
   */
  readonly attributes: ReadonlyMap<string, string | Uint8Array>
  /** JSON of an object. */
  readonly payload: Uint8Array
  /** JSON of the member `idempotency_key`, where there is one. */
  readonly idempotencyKey: Uint8Array | undefined
}

/** Attributes that have places of their own in the envelope. */
const ofEnvelope: ReadonlySet<string> = new Set(['id', 'type', 'time'])

export function fromCloudEvent({ attributes, payload, idempotencyKey }: CloudEvent): Normalised {
  const json = (name: string) => jsonOf(attributes.get(name))
  const others = [...attributes.keys()].filter((name) => !ofEnvelope.has(name)).sort()
  const partitionKey = attributes.get('partitionkey')
  const traceparent = attributes.get('traceparent')
  return {
    event: objectBytes([
      ['event_id', json('id')],
      ['event_type', json('type')],
      ['schema_version', '1'],
      ['occurred_at', json('time')],
      ['payload', payload],
      ['cloudevent', objectBytes(others.map((name) => [name, json(name)] as const))],
      ['idempotency_key', idempotencyKey],
    ]),
    key: idempotencyKey === undefined ? keyOf(attributes) : ownKey(idempotencyKey),
    orderingKey: typeof partitionKey === 'string' && partitionKey !== '' ? asKey(partitionKey) : '',
    traceparent:
      typeof traceparent === 'string' && isTraceparent(traceparent) ? traceparent : undefined,
  }
}

const jsonOf = (value: string | Uint8Array | undefined): Uint8Array | string | undefined =>
  typeof value === 'string' ? JSON.stringify(value) : value

function ownKey(json: Uint8Array): string | Refused {
  const key: unknown = JSON.parse(Buffer.from(json).toString('utf8'))
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
