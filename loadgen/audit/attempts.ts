/**
 * What a run sent and what it was answered, by key: 20 bytes a key in typed arrays, so that ten million keys take
 * 200 MB. Keys are numbered from 0 without gaps, so a key's number is its place. Pure but for what it holds.
 */
import type { Attempt } from '../journal-format.ts'

/** What answers promised about one event; a set of these. */
export const seen = {
  accepted: 1,
  /** 409, 5xx or no answer: it may be in. */
  open: 2,
  /** Any other answer: it is not in. */
  refused: 4,
} as const

export type Revision = 0 | 1

export type Attempts = {
  /** Throws when two attempts of one event had different bodies: then the journal proves nothing. */
  add(attempt: Attempt): void
  /** One more than the highest number: numbers of events that were dropped were never sent. */
  numbers(): number
  /** How many keys were sent. */
  keys(): number
  attempts(): number
  /** How many events were answered 202, at whichever attempt. */
  accepted(): number
  tenant(number: number): number
  kind(number: number): number
  /** A set of `seen`; 0 when this event was never sent. */
  seen(number: number, revision: Revision): number
  bodyHash(number: number, revision: Revision): number
}

export function makeAttempts(): Attempts {
  let tenants = new Uint8Array(1024)
  let kinds = new Uint8Array(1024)
  let answers = new Uint8Array(2048)
  let hashes = new Uint32Array(2048)
  let numbers = 0
  let keys = 0
  let count = 0
  let accepted = 0

  const makeRoom = (number: number): void => {
    if (number < tenants.length) return
    const size = Math.max(number + 1, tenants.length * 2)
    tenants = grown(tenants, new Uint8Array(size))
    kinds = grown(kinds, new Uint8Array(size))
    answers = grown(answers, new Uint8Array(2 * size))
    hashes = grown(hashes, new Uint32Array(2 * size))
  }

  return {
    add({ number, tenant, kind, revision, status, bodyHash }) {
      makeRoom(number)
      numbers = Math.max(numbers, number + 1)
      if (answers[2 * number] === 0 && answers[2 * number + 1] === 0) keys++
      count++
      const at = 2 * number + revision
      if (answers[at] !== 0 && hashes[at] !== bodyHash)
        throw new Error(`event ${number} was sent with two bodies: the journal proves nothing`)
      tenants[number] = tenant
      kinds[number] = kind
      hashes[at] = bodyHash
      const before = answers[at] ?? 0
      const after = before | meaningOf(status)
      if ((after & seen.accepted) > (before & seen.accepted)) accepted++
      answers[at] = after
    },
    numbers: () => numbers,
    keys: () => keys,
    attempts: () => count,
    accepted: () => accepted,
    tenant: (number) => tenants[number] ?? 0,
    kind: (number) => kinds[number] ?? 0,
    seen: (number, revision) => answers[2 * number + revision] ?? 0,
    bodyHash: (number, revision) => hashes[2 * number + revision] ?? 0,
  }
}

export function meaningOf(status: number): number {
  if (status === 202) return seen.accepted
  return status === 0 || status === 409 || status >= 500 ? seen.open : seen.refused
}

function grown<T extends Uint8Array | Uint32Array>(from: T, into: T): T {
  into.set(from)
  return into
}
