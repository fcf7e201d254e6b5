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
}

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

/** The body that is sent. */
export function eventText(of: EventsOf, { number, kind, revision }: EventId): string {
  return kindOf(kind).body(membersOf(of, number, revision))
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

/** What JSON must carry unchanged: a 20-digit integer, decimals, escapes, and letters outside ASCII. */
function membersOf({ run, seed, startedMs }: EventsOf, number: number, revision: 0 | 1): Members {
  const first = mixed(seed, number)
  const second = mixed(first, number)
  const cents = first % 100_000
  // Text outside Latin-1 costs twice as much to send: one event of eight has some.
  const letters = number % 8 === 0 ? 'Grüße 日本 🙂' : ''
  return {
    event_id: `"evt_${run}_${number}"`,
    event_type: `"${types[second % types.length]}"`,
    schema_version: '1',
    occurred_at: `"${new Date(startedMs + number).toISOString()}"`,
    payload:
      `{"user_id":"u${second % 10_000}","order_id":"o-${number}","amount":${(cents / 100).toFixed(2)},` +
      `"serial":1${digits(first)}${digits(second).slice(1)},"ratio":-${first % 1000}.5e-3,` +
      `"note":"\\"${first.toString(36)}\\" \\\\ \\u00e9${letters}","tags":["a",null,true,{}]}`,
    source: '"load"',
    revision: String(revision),
  }
}

const digits = (number: number): string => String(number).padStart(10, '0')

/** A whole number of 32 bits that looks random (the finalizer of MurmurHash3, Austin Appleby). */
function mixed(seed: number, number: number): number {
  let bits = (seed ^ Math.imul(number + 1, 0x9e3779b1)) | 0
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}
