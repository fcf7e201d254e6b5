/** The JSON event format of CloudEvents 1.0 (section 3): attributes and data are members of one object. Pure. */
import { attributes as known } from '../../contracts/cloudevents.ts'
import { membersIn } from '../../contracts/json-bytes.ts'
import type { Attribute, CloudEvent } from './cloudevent.ts'
import { payloadOfBytes } from './data-bytes.ts'
import { keptDataType } from './data-type.ts'
import { objectJson } from './normalised.ts'

/**
 * @param compact the object's bytes without insignificant white space
 * @param most arrays and objects that may be open at once in data that is JSON
 */
export function readStructured(event: object, compact: Uint8Array, most: number): CloudEvent {
  const value = event as Readonly<Record<string, unknown>>
  const members = membersIn(compact)
  const payload = payloadOf(value, members, most)
  const attributes = new Map<string, Attribute>()
  for (const [name, json] of members)
    if (value[name] !== null && !payload.from.includes(name) && name !== 'idempotency_key')
      attributes.set(name, attributeOf(name, value[name], json))
  const type = attributes.get('datacontenttype')
  if (typeof type === 'string') attributes.set('datacontenttype', keptDataType(type))
  // Section 3.1.2: data without a type is JSON. Of bytes nothing is assumed.
  else if (type === undefined && payload.from.includes('data'))
    attributes.set('datacontenttype', 'application/json')
  const hasKey = value.idempotency_key !== null
  const idempotencyKey = hasKey ? members.get('idempotency_key') : undefined
  return { attributes, payload: payload.json, idempotencyKey }
}

/** Attributes that the specification names are strings in JSON. */
const strings: ReadonlySet<string> = new Set(['id', 'type', 'time', ...Object.keys(known)])

/** Section 2.2: an extension has a canonical string; what has none stays what it is, to be found. */
function attributeOf(name: string, value: unknown, json: string): Attribute {
  if (typeof value === 'string') return value
  if (strings.has(name)) return { json }
  if (typeof value === 'boolean') return String(value)
  return typeof value === 'number' && /^-?\d+$/.test(json) ? json : { json }
}

type Payload = {
  readonly json: string
  /** The members that it was made from. */
  readonly from: readonly string[]
}

/**
 * Data that is a JSON object is the payload, any other data a member of it. Bytes are what their type says, as in binary
 * mode (section 3.1.2: "MAY further interpret"); those that are not what it says stay as they are.
 */
function payloadOf(
  value: Readonly<Record<string, unknown>>,
  members: ReadonlyMap<string, string>,
  most: number,
): Payload {
  const data = members.get('data')
  if (data !== undefined)
    return { json: isObject(value.data) ? data : objectJson([['data', data]]), from: ['data'] }
  const { data_base64, datacontenttype } = value
  if (typeof data_base64 !== 'string' || !isBase64(data_base64)) return { json: '{}', from: [] }
  const type = typeof datacontenttype === 'string' ? datacontenttype : ''
  const json = payloadOfBytes(type, Buffer.from(data_base64, 'base64'), most)
  const asItIs = objectJson([['data_base64', JSON.stringify(data_base64)]])
  return { json: typeof json === 'string' ? json : asItIs, from: ['data_base64'] }
}

const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isBase64 = (text: string): boolean =>
  text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)
