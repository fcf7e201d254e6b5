/**
 * The events of a run, each made from its number alone: the same run, number, kind and revision give the same bytes,
 * so that a repeat needs no memory and the audit can make again what was sent. Pure.
 */
import { fill, makeTemplate } from './digits.ts'
import { hashOf } from './hash.ts'
import { kindOf } from './kinds.ts'

export type EventsOf = {
  /** Distinguishes this run's keys from every other run's. */
  readonly run: string
  readonly seed: number
  /** When the run began, in milliseconds since 1970; its events occur in the hour of the clock before. */
  readonly startedMs: number
  readonly keyIn: KeyIn
  /** Envelopes unless said otherwise. */
  readonly form?: 'cloudevent'
}

/** Where an event's key is: in a header of its request, or in the event. */
export type KeyIn = 'header' | 'event'

/** Which event: `revision` 1 is another event under the same key. */
export type EventId = {
  readonly number: number
  /** Position in `kinds`. */
  readonly kind: number
  readonly revision: 0 | 1
}

export const keyPrefix = (run: string): string => `load-${run}-`

export const keyOf = (run: string, number: number): string =>
  `${keyPrefix(run)}${String(number).padStart(numberDigits, '0')}`

export const numberDigits = 10
const numberField = '#'.repeat(numberDigits)

/** The number in a key of this run; undefined when the key is none that a run makes. */
export function numberOf(run: string, key: string): number | undefined {
  const number = Number(key.slice(-numberDigits))
  const isNumber = Number.isSafeInteger(number) && number >= 0
  const isOfRun = key === keyOf(run, number) || key === pairOf(run, number)
  return isNumber && isOfRun ? number : undefined
}

/** The key of a CloudEvent: its source is the prefix, its id the number. */
const pairOf = (run: string, number: number): string =>
  `${keyPrefix(run)} ${String(number).padStart(numberDigits, '0')}`

export type EventMaker = {
  /** Writes the body that is sent at `at`, and returns where it ends: at most `mostBytes` further. */
  write(id: EventId, into: Buffer, at: number): number
  /** The same body as text. */
  text(id: EventId): string
  /** What is kept of it, as JSON text: the same, or the envelope that a CloudEvent becomes. */
  kept(id: EventId): string
  /** Its hash, for the journal. */
  hash(id: EventId): number
  readonly mostBytes: number
}

/** Of an event that is not good: it may be longer than a good one by what its flaw adds. */
const roomForFlaws = 512

export function makeEventMaker(of: EventsOf): EventMaker {
  const isCloudEvent = of.form === 'cloudevent'
  const sent = isCloudEvent ? cloudEventText : eventText
  const templates = types.map((_, variant) => makeTemplate(sent(of, variant)))
  const keptTemplates = isCloudEvent
    ? types.map((_, variant) => makeTemplate(envelopeText(of, variant)))
    : templates
  const sizes = [...templates, ...keptTemplates].map(({ bytes }) => bytes.length)
  const mostBytes = Math.max(...sizes) + roomForFlaws
  const scratch = Buffer.alloc(mostBytes)

  const writeGood = (
    { number, revision }: EventId,
    into: Buffer,
    at: number,
    from = templates,
  ): number => {
    const template = from[number % from.length]
    if (template === undefined) throw new RangeError(`${number} is not the number of an event`)
    return fill(template, valuesOf(of.seed, number, revision), into, at)
  }

  const text = (id: EventId, from = templates): string => {
    const good = scratch.toString('utf8', 0, writeGood(id, scratch, 0, from))
    return kindOf(id.kind).edit?.(good, of.keyIn) ?? good
  }

  const write = (id: EventId, into: Buffer, at: number): number =>
    kindOf(id.kind).edit === undefined ? writeGood(id, into, at) : at + into.write(text(id), at)

  const kept = (id: EventId): string => text(id, keptTemplates)
  return {
    mostBytes,
    text: (id) => text(id),
    kept,
    write,
    hash: (id) => hashOf(scratch, 0, write(id, scratch, 0)),
  }
}

const types = [
  'user_login',
  'user_logout',
  'page_viewed',
  'cart_updated',
  'order_placed',
  'payment_succeeded',
  'inventory_changed',
  'refund_requested',
] as const

/**
 * What JSON must carry unchanged: a 20-digit integer, decimals, escapes, and in one event of eight letters outside
 * Latin-1. Where an event carries its key, that is its `idempotency_key` in one of two, and its `event_id` in the other.
 */
function eventText(of: EventsOf, variant: number): string {
  const { run, keyIn } = of
  const key = `${keyPrefix(run)}${numberField}`
  const isIdTheKey = keyIn === 'event' && variant % 2 === 1
  const id = isIdTheKey ? key : `evt_${run}_${numberField}`
  const ownKey = keyIn === 'event' && !isIdTheKey ? `,"idempotency_key":"${key}"` : ''
  return (
    `{"event_id":"${id}","event_type":"${types[variant]}","schema_version":1,` +
    `"occurred_at":"${occurredAt(of)}","payload":${payloadText(variant)},` +
    `"source":"load","revision":#${ownKey}}`
  )
}

/** The same as a CloudEvent, whose source and id are its key; its extensions are a whole number and an ordering key. */
const cloudEventText = (of: EventsOf, variant: number): string =>
  `{"specversion":"1.0","id":"${numberField}","type":"${types[variant]}",` +
  `"time":"${occurredAt(of)}","data":${payloadText(variant)},` +
  `"source":"${keyPrefix(of.run)}","revision":#,"partitionkey":"u####"}`

/** The envelope that it becomes, with the fields in the same order. */
const envelopeText = (of: EventsOf, variant: number): string =>
  `{"event_id":"${numberField}","event_type":"${types[variant]}","schema_version":1,` +
  `"occurred_at":"${occurredAt(of)}","payload":${payloadText(variant)},` +
  `"cloudevent":{"source":"${keyPrefix(of.run)}","specversion":"1.0",` +
  '"datacontenttype":"application/json","revision":"#","partitionkey":"u####"}}'

const occurredAt = ({ startedMs }: EventsOf): string =>
  `${new Date(startedMs - hourMs).toISOString().slice(0, 'YYYY-MM-DDTHH'.length)}:##:##.###Z`

const payloadText = (variant: number): string =>
  `{"user_id":"u####","order_id":"o-${numberField}",` +
  '"amount":1##.##,"serial":1##########5########,"ratio":-1##.5e-3,' +
  `"note":"\\"########\\" \\\\ \\u00e9${variant === 0 ? 'Grüße 日本 🙂' : ''}","tags":["a",null,true,{}]}`

const hourMs = 60 * 60 * 1000

/** In the order of the fields in every template. */
function valuesOf(seed: number, number: number, revision: number): number[] {
  const first = mixed(seed, number)
  const second = mixed(first, number)
  const ms = number % hourMs
  const time = [Math.floor(ms / 60_000), Math.floor(ms / 1000) % 60, ms % 1000]
  return [
    number,
    ...time,
    second,
    number,
    first,
    second,
    first,
    second,
    second,
    first,
    revision,
    number,
  ]
}

/** A whole number of 31 bits that looks random (the finalizer of MurmurHash3, Austin Appleby). */
function mixed(seed: number, number: number): number {
  let bits = (seed ^ Math.imul(number + 1, 0x9e3779b1)) | 0
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 1
}
