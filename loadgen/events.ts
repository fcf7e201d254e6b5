/**
 * The events of a run, each made from its number alone: the same run, number, kind and revision give the same bytes,
 * so that a repeat needs no memory and the audit can make again what was sent. Pure.
 */
import type { Members } from './kinds.ts'
import { kindOf } from './kinds.ts'

export type EventsOf = {
  /** Distinguishes this run's keys from every other run's. */
  readonly run: string
  readonly seed: number
  /** When the run began, in milliseconds since 1970; events occur one millisecond after another from there. */
  readonly startedMs: number
  readonly keyIn: KeyIn
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

export const keyOf = (run: string, number: number): string => `${keyPrefix(run)}${number}`

/** The number in a key of this run; undefined when the key is none that a run makes. */
export function numberOf(run: string, key: string): number | undefined {
  const digits = key.slice(keyPrefix(run).length)
  const number = Number(digits)
  const isNumber = Number.isSafeInteger(number) && number >= 0
  return isNumber && key === keyOf(run, number) ? number : undefined
}

/** Makes the bodies that are sent. */
export function makeEventText(of: EventsOf): (id: EventId) => string {
  const membersOf = makeMembers(of)
  return ({ number, kind, revision }) => kindOf(kind).body(membersOf(number, revision))
}

/** Whether two bodies are the same, in 32 bits: for the journal. */
export const hashOfBody = (body: string): number => Bun.hash.xxHash32(body)

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
 * What JSON must carry unchanged: a 20-digit integer, decimals, escapes, and letters outside ASCII. Numbers are kept
 * below 2^31, where turning them into text costs least: the generator makes its events while it measures.
 */
function makeMembers({ run, seed, startedMs, keyIn }: EventsOf) {
  const timeOf = makeTime()
  const identityOf = keyIn === 'header' ? identity : keyedIdentity
  return (number: number, revision: 0 | 1): Members => {
    const first = mixed(seed, number) >>> 1
    const second = mixed(first, number) >>> 1
    // Text outside Latin-1 costs twice as much to send: one event of eight has some.
    const letters = number % 8 === 0 ? 'Grüße 日本 🙂' : ''
    return {
      identity: identityOf(run, number),
      keyless: keyIn === 'header' ? identity(run, number) : '',
      event_type: `"${types[second % types.length]}"`,
      schema_version: '1',
      occurred_at: `"${timeOf(startedMs + number)}"`,
      payload:
        `{"user_id":"u${second % 10_000}","order_id":"o-${number}","amount":${first % 1000}.${10 + (second % 90)},` +
        `"serial":${tenDigits(first)}${tenDigits(second)},"ratio":-${first % 1000}.5e-3,` +
        `"note":"\\"${second}\\" \\\\ \\u00e9${letters}","tags":["a",null,true,{}]}`,
      source: '"load"',
      revision: revision === 0 ? '0' : '1',
    }
  }
}

const identity = (run: string, number: number): string => `"event_id":"evt_${run}_${number}",`

/** The key of an event is its `idempotency_key`, or else its `event_id`: of two events one has it so. */
const keyedIdentity = (run: string, number: number): string =>
  number % 2 === 0
    ? `${identity(run, number)}"idempotency_key":"${keyOf(run, number)}",`
    : `"event_id":"${keyOf(run, number)}",`

/** Ten digits that begin with 1. */
const tenDigits = (number: number): number => 1_000_000_000 + (number % 1_000_000_000)

/** Times of one second share all but their milliseconds, and events come in the order of their times. */
function makeTime(): (ms: number) => string {
  let second = Number.NaN
  let start = ''
  return (ms) => {
    const itsSecond = Math.floor(ms / 1000)
    if (itsSecond !== second) {
      second = itsSecond
      start = new Date(second * 1000).toISOString().slice(0, -'000Z'.length)
    }
    return `${start}${threeDigits[ms - second * 1000]}Z`
  }
}

const threeDigits = Array.from({ length: 1000 }, (_, number) => String(number).padStart(3, '0'))

/** A whole number of 32 bits that looks random (the finalizer of MurmurHash3, Austin Appleby). */
function mixed(seed: number, number: number): number {
  let bits = (seed ^ Math.imul(number + 1, 0x9e3779b1)) | 0
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}
