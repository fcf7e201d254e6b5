/**
 * The journal of a run: one line of JSON about the run, then 32 bytes for every attempt of an event, little-endian.
 * Events that went in one request are as many attempts. Pure.
 *
 *  0 u32 number   4 u8 tenant   5 u8 kind   6 u8 revision   7 u8 attempt
 *  8 u16 status (0: none)     10 u16 unused  12 u32 hash of the body
 * 16 f64 intended, ms from the start   24 u32 sent after that, µs   28 u32 answered after that, µs
 */
import type { EventsOf } from './events.ts'

export type Header = EventsOf & {
  readonly format: 2
  /** In the order of their positions. */
  readonly tenants: readonly string[]
}

export type Attempt = {
  readonly number: number
  readonly tenant: number
  readonly kind: number
  readonly revision: number
  readonly attempt: number
  /** As a single event is answered; 0 when nothing was told of this one. */
  readonly status: number
  readonly bodyHash: number
  readonly intendedMs: number
  readonly sentAfterMs: number
  readonly answeredAfterMs: number
}

export const attemptBytes = 32

export const headerLine = (header: Header): string => `${JSON.stringify(header)}\n`

export function writeAttempt(into: DataView, at: number, attempt: Attempt): void {
  into.setUint32(at, attempt.number, true)
  into.setUint8(at + 4, attempt.tenant)
  into.setUint8(at + 5, attempt.kind)
  into.setUint8(at + 6, attempt.revision)
  into.setUint8(at + 7, attempt.attempt)
  into.setUint16(at + 8, attempt.status, true)
  into.setUint16(at + 10, 0, true)
  into.setUint32(at + 12, attempt.bodyHash, true)
  into.setFloat64(at + 16, attempt.intendedMs, true)
  into.setUint32(at + 24, microseconds(attempt.sentAfterMs), true)
  into.setUint32(at + 28, microseconds(attempt.answeredAfterMs), true)
}

export const readAttempt = (from: DataView, at: number): Attempt => ({
  number: from.getUint32(at, true),
  tenant: from.getUint8(at + 4),
  kind: from.getUint8(at + 5),
  revision: from.getUint8(at + 6),
  attempt: from.getUint8(at + 7),
  status: from.getUint16(at + 8, true),
  bodyHash: from.getUint32(at + 12, true),
  intendedMs: from.getFloat64(at + 16, true),
  sentAfterMs: from.getUint32(at + 24, true) / 1000,
  answeredAfterMs: from.getUint32(at + 28, true) / 1000,
})

const microseconds = (ms: number): number =>
  Math.min(0xffffffff, Math.max(0, Math.round(ms * 1000)))
